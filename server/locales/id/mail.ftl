# Surat untuk anggota.

mail-hello = Halo { $name },
mail-confirm-subject = Pastikan alamat Anda untuk { $name }
mail-confirm-text = Seseorang memakai alamat ini di { $name }. Kalau itu Anda, buka halaman ini lalu tekan tombolnya:
mail-confirm-after = Tautan ini berlaku dua hari.
mail-password-subject = Kata sandi baru untuk { $name }
mail-password-text = Seseorang meminta kata sandi baru untuk akun Anda di { $name }. Kalau itu Anda, buat yang baru di halaman ini:
mail-password-after = Tautan ini berlaku sekali, selama satu jam.
mail-not-you = Kalau itu bukan Anda, biarkan saja: tidak ada yang berubah.
mail-password-changed-subject = Kata sandi Anda untuk { $name } sudah diganti
mail-password-changed-text = Kata sandi akun Anda di { $name } sudah diganti. Semua peramban dan aplikasi dikeluarkan; masuklah lagi dengan kata sandi baru.
mail-address-changed-subject = Alamat Anda untuk { $name } sudah diganti
mail-address-changed-text = Akun Anda di { $name } sekarang memakai alamat surel lain. Surat tidak lagi dikirim ke sini. Semua peramban dan aplikasi dikeluarkan.
mail-was-not-you = Kalau itu bukan Anda, segera tulis kepada pengelola tempat ini.
mail-approved-subject = Selamat datang di { $name }
mail-approved-text = Moderator { $name } sudah menerima Anda. Sekarang Anda bisa masuk:
mail-moderators-subject = Pesan dari moderator di { $name }
mail-group-subject = Tentang kelompok yang Anda urus di { $name }
mail-moderators-after = Di halaman ini Anda dapat menjawab satu kali. Seseorang yang tidak memutuskannya akan melihatnya.
