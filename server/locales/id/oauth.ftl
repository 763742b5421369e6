# Aplikasi yang meminta memakai sebuah akun.

oauth-title = Izinkan aplikasi ini?
oauth-asks = Aplikasi ini ingin memakai akun Anda:
oauth-as = Anda masuk sebagai
oauth-as-whom = Aplikasi ini akan bertindak sebagai siapa?
oauth-as-me = Saya sendiri
oauth-as-hint = Sebagai kelompok, aplikasi ini mengurus kelompok itu: permintaan, larangan, kiriman atas nama kelompok. Setiap tindakan tercatat di log kelompok dengan nama Anda.
oauth-other = Pakai akun lain
oauth-may = Aplikasi ini akan dapat:
oauth-goes-to = Setelah itu Anda menuju ke
oauth-goes-to-app = Setelah itu Anda kembali ke aplikasinya.
oauth-shows-code = Setelah itu Anda melihat sebuah kode, yang Anda salin ke aplikasinya.
oauth-website = Situs web aplikasi:
oauth-allow = Izinkan
oauth-deny = Tolak
oauth-advice = Izinkan hanya jika Anda sendiri baru saja membuka aplikasi ini.
oauth-code-title = Kode Anda
oauth-code-text = Salin kode ini dan tempelkan di aplikasinya. Kode ini berlaku sekali, selama sepuluh menit.
oauth-code-label = Kode
oauth-code-careful = Jangan berikan kepada orang lain.
oauth-code-done = Setelah itu halaman ini boleh ditutup.
oauth-problem = Cara aplikasi ini meminta izin tidak benar
oauth-problem-unknown-app = Kami tidak mengenal aplikasi ini. Mulailah lagi di aplikasinya, supaya ia memperkenalkan diri dari awal.
oauth-problem-redirect = Aplikasi ini ingin mengirim Anda ke alamat yang belum pernah disebutnya. Demi keamanan, kami berhenti di sini.
oauth-problem-request = Ada yang kurang dalam permintaan aplikasi ini.
oauth-problem-hint = Anda tidak berbuat salah, dan tidak ada yang diberikan kepada siapa pun.

scope-profile = melihat nama dan gambar Anda
scope-read = membaca semua yang dapat Anda baca
scope-read-some = membaca sebagian dari yang dapat Anda baca
scope-write = menulis, bergabung, mengikuti, menyukai, dan mengubah hal-hal atas nama Anda
scope-write-some = mengubah beberapa hal atas nama Anda
scope-follow = melihat dan mengubah siapa yang Anda ikuti, bisukan, dan blokir
scope-push = mengirim pemberitahuan kepada Anda
scope-admin-read = membaca apa yang dapat dibaca pengelola
scope-admin-write = melakukan apa yang dapat dilakukan pengelola
