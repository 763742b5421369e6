# Mendaftar, tautan dalam surat, tempat Anda masuk.

nav-join = Daftar
join-title = Daftar
join-closed = Saat ini tempat ini tidak menerima anggota baru, kecuali ada yang mengirimi Anda undangan.
join-invited = Seseorang dari tempat ini mengundang Anda.
join-born = Tanggal lahir
join-born-hint = { $count ->
   *[other] Umur Anda paling sedikit { $count } tahun. Hanya itu yang dilihat; tanggalnya tidak disimpan.
}
join-reason = Mengapa Anda ingin bergabung?
join-reason-hint = Hanya moderator yang membacanya.
join-agree = Saya setuju dengan aturan tempat ini
join-go = Daftar
join-has-account = Saya sudah punya akun
join-next-title = Hampir selesai
join-next-mail = Kami sudah mengirim surat kepada Anda. Buka tautan di dalamnya supaya kami tahu alamat itu milik Anda.
join-next-approval = Setiap akun baru dilihat oleh moderator. Anda bisa masuk setelah mereka menerima Anda.

link-over-title = Tautan ini tidak berlaku lagi
link-over-text = Tautan sudah dipakai, sudah ada yang lebih baru, atau sudah terlalu lama.
confirm-title = Apakah ini alamat Anda?
confirm-text = Alamatnya { $name }.
confirm-go = Ya, ini milik saya
confirmed-title = Terima kasih
confirmed-text = Alamat Anda sudah dipastikan.
confirmed-waiting = Alamat Anda sudah dipastikan. Sekarang moderator melihat akun Anda; Anda bisa masuk setelah mereka menerima Anda.
forgot-link = Saya lupa kata sandi
forgot-title = Lupa kata sandi
forgot-text = Ketik nama atau alamat surel Anda. Kami mengirim tautan untuk membuat kata sandi baru.
forgot-go = Kirim tautan
forgot-done = Kalau akun itu ada, surat sedang dikirim. Tautan di dalamnya berlaku satu jam.
forgot-no-mail = Tempat ini tidak mengirim surat. Mintalah kata sandi baru kepada pengelolanya.
reset-title = Kata sandi baru
reset-text = Buat kata sandi baru. Semua peramban dan aplikasi akan dikeluarkan.
reset-go = Simpan kata sandi
reset-done = Kata sandi baru sudah berlaku. Masuklah dengannya.

security-title = Kata sandi dan tempat masuk
security-link = Kata sandi, peramban, dan aplikasi
security-current = Kata sandi Anda sekarang
security-current-wrong = Kata sandi sekarang tidak cocok.
security-new-password = Kata sandi baru
security-password-hint = Paling sedikit 8 huruf. Semua peramban lain dan semua aplikasi akan dikeluarkan.
security-new-email = Alamat surel baru
security-awaited = Surat sudah dikirim ke { $name }. Alamat itu berlaku setelah tautan di dalamnya dibuka.
security-change = Ganti
security-browsers = Peramban
security-this = (yang ini)
security-no-name = Peramban tanpa nama
security-from = dari { $name }
security-since = sejak { $name }
security-used = terakhir dipakai { $name }
security-end-others = Keluarkan semua yang lain
security-apps = Aplikasi
security-no-apps = Tidak ada aplikasi yang boleh memakai akun Anda.
security-no-app = Dibuat lewat baris perintah
security-end-app = Cabut izin
security-end-apps = Cabut izin semua aplikasi
did-password = Kata sandi Anda sudah diganti. Yang lain sudah dikeluarkan.
did-email = Alamat Anda sudah diganti. Yang lain sudah dikeluarkan.
did-mail = Surat sedang dikirim ke alamat baru.
did-browser = Sudah dikeluarkan.
did-app = Izin sudah dicabut.

invites-title = Undangan
invites-link-here = Undang seseorang
invites-text = Siapa pun yang membuka tautan ini bisa mendaftar di sini.
invites-not-here = Di sini undangan dibuat oleh orang lain, atau saat ini tidak ada yang bisa bergabung.
invites-uses = Untuk berapa orang?
invites-any = berapa pun
invites-days = Untuk berapa hari?
invites-go = Buat tautan
invites-link = Tautan
invites-used = terpakai: { $name }
invites-ends = sampai { $name }
invites-closed = ditutup
invites-close = Tutup
