# Yang dipegang moderator kelompok: kata dan tautan, server, catatan tentang orang.
words-title = Kata dan tautan { $name }
words-heading = Kata dan tautan
words-text = Tulisan, perubahan, dan komentar yang memuat salah satunya menunggu Anda, atau ditolak: di judul, teks, peringatan, jajak pendapat, keterangan gambar, dan di balik tautan. Moderator bebas menulis.
words-hint = Paling banyak 100. Untuk menghapus satu baris, kosongkan. Untuk tautan, tulis servernya: example.org berarti juga semua yang di bawahnya. Catatan hanya menyebut bahwa daftar ini diubah, tidak pernah isinya.
words-new = Tambah satu
words-phrase = Kata, frasa, atau server
words-kind = Yang dicari
words-kind-word = Sebagai kata utuh
words-kind-part = Juga di dalam kata
words-kind-link = Tautan ke server ini
words-act = Akibatnya
words-act-hold = Menunggu moderator
words-act-refuse = Ditolak
servers-title = Server yang tidak diterima { $name }
servers-heading = Server yang diblokir
servers-text = Tidak ada orang dari server-server ini yang bergabung atau menulis di kelompok, dan tidak ada isi kelompok yang dikirim ke sana. Setiap nama berarti juga semua yang di bawahnya.
servers-list = Satu server per baris, atau daftar dari tempat lain
servers-file = Atau sebuah berkas (ekspor Mastodon bisa dipakai)
servers-look = Lihat apa yang akan hilang
servers-look-hint = Belum terjadi apa-apa: halaman berikut menunjukkan siapa yang terkena.
servers-blocked = Diblokir sekarang
servers-none = Tidak ada server yang diblokir.
servers-unblock = Terima lagi orang dari yang dipilih
servers-preview = Yang akan hilang
servers-lost-members = { $count ->
    [0] Tidak ada anggota di server-server ini.
   *[other] { $count } anggota akan dikeluarkan.
}
servers-lost-followers = { $count ->
    [0] Tidak ada yang mengikuti kelompok dari sana.
   *[other] { $count } orang di sana mengikuti kelompok dan tidak akan lagi.
}
servers-known = { $count ->
   *[other] { $count } server dalam daftar sudah diblokir.
}
servers-unread = { $count ->
   *[other] { $count } baris tidak menyebut server dan dilewati.
}
servers-with-people = Yang ada orangnya di kelompok ini
servers-members = { $count ->
   *[other] { $count } anggota
}
servers-writers = { $count ->
   *[other] { $count } di antaranya menulis dalam 30 hari terakhir
}
servers-followers = { $count ->
   *[other] { $count } pengikut
}
servers-without-people = { $count ->
   *[other] { $count } server tanpa orang di kelompok ini
}
servers-block-hint = Hapus tandanya kalau Anda ingin mempertahankan orangnya. Langsung terjadi, dan tertulis sebagai satu catatan dengan jumlah servernya.
servers-block = Blokir yang dipilih
person-title = { $name } di kelompok ini
person-stranger = Bukan anggota kelompok ini
person-banned = dikeluarkan
person-muted = boleh membaca, tidak boleh menulis
person-notes = Catatan moderator
person-notes-hint = Hanya moderator kelompok ini yang membacanya. Yang disimpan 50 terakhir; setahun setelah seseorang keluar, catatannya dihapus.
person-note = Catatan baru
person-note-add = Simpan catatan
person-link = { $count ->
    [0] Tentang orang ini
   *[other] Tentang orang ini, { $count } catatan
}
queue-next = Berikutnya
queue-keys = Dengan papan tik: Tab berpindah dari satu ke berikutnya. Dengan tombol akses peramban Anda (sering Alt, atau Ctrl dan Alt), a menerima yang pertama, r menolaknya, n ke yang berikutnya.
queue-wave = { $count ->
   *[other] Jauh lebih banyak dari biasanya: { $count } kali dalam satu jam terakhir orang asing mengetuk atau menulis.
}
queue-wave-hint = Tombol di bawah membuat selama 24 jam hanya anggota yang lebih lama dari sehari boleh menulis.
held-first_post = Menunggu: tulisan pertama orang ini di kelompok
held-many_groups = Menunggu: menyebut lebih dari tiga kelompok
held-new_server = Menunggu: kelompok belum pernah memuat apa pun dari server ini
held-new_account = Menunggu: akunnya belum berumur seminggu
held-word = Menunggu karena:
option-first-contact = Tulisan siapa yang menunggu sampai Anda memuat satu
first-contact-nobody = Tidak seorang pun
first-contact-strangers = Orang asing: dari server yang baru bagi kelompok, dan akun yang belum berumur seminggu
first-contact-everyone = Semua: tulisan pertama setiap anggota
first-contact-hint = Begitu Anda memuat satu, tulisan berikutnya dari orang itu langsung masuk; untuk orang asing, juga tulisan orang lain di server itu.
