# Orang, kiriman, kelompok.

landing-title = Selamat datang
landing-purpose = Tempat milik kita sendiri, tempat kelompok-kelompok kita berkumpul.
landing-more = Selengkapnya
landing-groups = Kelompok kami
landing-apps = Lewat aplikasi
landing-apps-text = Semua yang ada di sini juga bisa dipakai lewat aplikasi Mastodon apa pun. Pilih satu, ketik alamat halaman ini, lalu masuk.

about-title = Tentang tempat ini
about-address = Alamat
about-joining = Bergabung
about-contact = Kontak
about-size = Ukuran
about-people = { $count } orang
about-posts = { $count } kiriman
about-servers = terhubung dengan { $count } komunitas lain
about-software = Perangkat lunak
about-software-text = Balai { $name }, perangkat lunak bebas dengan lisensi AGPL 3.0
about-apps-text = Pakailah aplikasi Mastodon apa pun, dan ketik { $name } ketika diminta nama server.
about-privacy = Apa yang tetap pribadi
about-privacy-text = Siapa anggota kelompok dan siapa mengikuti siapa tidak ditampilkan kepada orang lain; hanya jumlahnya. Peramban Anda tidak memuat apa pun dari situs lain.
registrations-open = Siapa pun boleh bergabung
registrations-approval = Siapa pun boleh meminta untuk bergabung
registrations-invite = Lewat undangan
registrations-closed = Untuk sementara ditutup

login-title = Masuk
login-for-app = Sebuah aplikasi ingin memakai akun Anda. Masuklah dahulu; setelah itu Anda yang menentukan apa yang boleh dilakukannya.
login-name = Alamat surel atau nama
login-password = Kata sandi
login-wrong = Nama dan kata sandi tidak cocok. Silakan coba lagi.
login-not-yet = Akun ini belum bisa masuk. Mungkin masih menunggu persetujuan, atau alamat surelnya belum dikonfirmasi.

setup-title = Buka balai Anda
setup-text = Tempat ini masih baru. Beri nama dan buat akun Anda sendiri: Anda akan menjadi pemiliknya.
setup-place = Nama tempat ini
setup-place-hint = Misalnya: Kampung Laut, atau Serikat Pekerja 12.
setup-name = Nama Anda di sini
setup-name-hint = Huruf a sampai z, angka, dan garis bawah. Orang lain dapat menyebut Anda dengan nama ini.
setup-email = Alamat surel Anda
setup-password-hint = Paling sedikit 8 karakter. Beberapa kata yang hanya Anda tahu kaitannya sudah baik.
setup-go = Buka pintunya
setup-code-wrong = Tautan ini sudah dipakai, atau sudah terlalu lama.
setup-code-hint = Jalankan ulang programnya: selama tempat ini belum ada pemiliknya, program mencetak tautan baru.

home-title = Beranda
home-empty = Di sini masih sepi. Bergabunglah dengan sebuah kelompok, dan percakapannya akan muncul di halaman ini.
home-find-groups = Cari kelompok

tag-text = Kiriman publik dengan kata ini.
posts-none = Belum ada kiriman.
posts-older = Kiriman yang lebih lama
posts-end = Ini kiriman yang paling lama.

post-boosted-by = Diteruskan oleh
post-in-group = Di
post-edited = disunting
post-sensitive = Gambar yang mungkin tidak ingin dilihat
post-plays = Putar
post-picture-elsewhere = Gambar di situs lain
post-answer = Balas
post-boost = Teruskan
post-favourite = Suka
post-answers = { $count } balasan
post-boosts = { $count } kali diteruskan
post-favourites = { $count } suka
search-title = Cari
search-what = Nama, kata, #tagar, atau alamat
search-go = Cari
search-none = Tidak ada yang ditemukan.
search-people = Orang dan grup
search-tags = Tagar
search-posts = Kiriman

poll-legend = Apa pilihan Anda?
poll-vote = Beri suara
poll-yours = pilihan Anda
poll-ended = jajak pendapat ini sudah selesai
poll-until = dibuka sampai
poll-voters = { $count } orang memberi suara

post-delete = Hapus kiriman ini
post-delete-sure = Kiriman ini tidak dapat dikembalikan.
post-delete-yes = Ya, hapus

thread-title = Kiriman dari { $name }
thread-before = Yang ditulis sebelumnya
thread-cut = Kiriman-kiriman sebelum ini tidak ada di sini.
thread-your-answer = Balasan Anda untuk { $name }
thread-more-choices = Pilihan lain
thread-sign-in-to-answer = Masuk untuk membalas
thread-has-more = Masih ada balasan lain. Aplikasi menampilkan semuanya.

compose-title = Tulis kiriman
compose-answer-title = Balas { $name }
compose-group = Di mana
compose-no-group = Di halaman saya sendiri
compose-heading = Judul (boleh kosong)
compose-text = Tulisan Anda
compose-audience = Siapa yang boleh membaca
compose-more = Pilihan lain
compose-warning = Beri peringatan di depan
compose-warning-hint = Pembaca melihat baris ini dahulu, dan membuka sisanya sendiri.
compose-go = Terbitkan

account-bot = otomatis
account-follows-you = mengikuti Anda
account-posts = { $count } kiriman
account-followers = { $count } pengikut
account-following = mengikuti { $count }
account-joined = sejak { $name }
account-edit = Sunting profil saya
account-follow = Ikuti
account-ask-to-follow = Minta mengikuti
account-unfollow = Berhenti mengikuti
account-sign-in-to-follow = Masuk untuk mengikuti
account-posts-heading = Kiriman
account-with-answers = dengan balasan
account-without-answers = tanpa balasan
origin = Lihat di tempat asalnya

elsewhere-text = Halaman ini milik komunitas lain, { $name }.
elsewhere-go = Ke { $name }
elsewhere-member = Anggota tempat ini yang sudah masuk dapat melihatnya di sini.

settings-title = Profil saya
settings-saved = Tersimpan.
settings-name = Nama yang dilihat orang lain
settings-note = Tentang saya
settings-visibility = Siapa yang boleh membaca kiriman baru saya
settings-locked = Saya ingin menyetujui setiap pengikut baru
settings-save = Simpan
settings-password = Kata sandi

# Kiriman yang ditutup oleh saringan pembaca.
post-filtered = Disaring: { $name }
post-filtered-away = Disembunyikan oleh salah satu saringan Anda
