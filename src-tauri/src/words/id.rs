//! Indonesian, in the words of the page's catalogue.

use super::{Facts, Files, Questions, Signs, Words};

pub(super) const WORDS: Words = Words {
    inspector_title: "Kinescope – Inspektor",
    ask: Questions {
        write_title: "Izinkan menulis?",
        write: |stream, minutes| {
            format!("Bolehkah Kinescope menulis ke {stream} selama {minutes} menit?")
        },
        invoke_title: "Izinkan pemanggilan?",
        invoke: |function, minutes| {
            format!("Bolehkah Kinescope memanggil {function} selama {minutes} menit?")
        },
        invoke_at: |address, minutes| {
            format!("Bolehkah Kinescope memanggil fungsi di {address} selama {minutes} menit?")
        },
        invoke_warning: "Apa yang dilakukan sebuah fungsi dengan record ditentukan oleh fungsi itu sendiri: ia bisa menulis ke mana saja.",
        allow: |minutes| format!("Izinkan selama {minutes} menit"),
        refuse: "Jangan izinkan",
        production: |sign| format!("Ini tampak seperti produksi karena {sign}."),
        type_it: |name| format!("Ketik {name} untuk mengizinkannya"),

        unmask_title: "Tampilkan nilai yang disamarkan?",
        unmask_session: "Tampilkan nilai asli sampai Kinescope ditutup?",
        unmask_session_yes: "Tampilkan nilai asli",
        unmask_switch: "Nonaktifkan aturan penyamaran ini?",
        unmask_switch_yes: "Nonaktifkan",
        unmask_remove: "Hapus aturan penyamaran ini?",
        unmask_remove_yes: "Hapus",
        unmask_warning: "Yang tadinya tersembunyi akan terlihat di jendela, di salinan, dan di file. Hal ini dicatat beserta waktunya.",
        unmask_no: "Biarkan tersamar",

        trust_title: "Percayai endpoint ini?",
        trust_signed: |host| {
            format!(
                "Bolehkah Kinescope menandatangani permintaan untuk {host}, yang bukan AWS dan bukan komputer ini?"
            )
        },
        trust_signed_warning: "Siapa pun yang menjalankannya melihat permintaan ini beserta nama stream. Ini diingat sampai Anda mencabutnya di Koneksi.",
        trust_traces: |host| {
            format!("Bolehkah Kinescope mengirim trace saga ke {host}, yang bukan komputer ini?")
        },
        trust_traces_warning: "Siapa pun yang menjalankannya menerima apa yang dikatakan record tentang saga. Ini diingat sampai Anda mencabutnya di Koneksi.",
        trust_yes: "Percayai",
        trust_no: "Jangan percayai",

        registry_title: "Bertanya kepada registry skema?",
        registry: |host| format!("Bolehkah Kinescope meminta skema dari {host}?"),
        registry_warning: "Registry itu jadi tahu skema mana yang disebut record stream ini. Tidak ada record yang dikirim, dan tidak ada host lain yang ditanyai.",
        registry_yes: "Minta skema",
        registry_no: "Jangan minta",
        password: |user| format!("Kata sandi {user}, disimpan sampai Kinescope ditutup"),
    },
    facts: Facts {
        account: "Akun",
        address: "Alamat",
        arn: "ARN",
        asked_as: "Meminta sebagai",
        connection: "Koneksi",
        created: "Dibuat",
        endpoint: "Endpoint",
        for_whom: "Untuk",
        function: "Fungsi",
        host: "Host",
        invokes_as: "Memanggil sebagai",
        region: "Region",
        registry: "Registry",
        rule: "Aturan",
        signed_by: "Ditandatangani oleh",
        stream: "Stream",
        writes_as: "Menulis sebagai",
        not_said: "tidak disebutkan oleh endpoint",
        nobody: "tanpa identitas",
        nobody_unsigned: "tanpa identitas: permintaan tidak ditandatangani",
        placeholders: "pengisi",
        environment: "variabel environment",
        profile: |name| format!("profil {name}"),
        traces: "trace saga, tanpa tanda tangan",
    },
    signs: Signs {
        marked: "koneksinya, yang ditandai sebagai produksi",
        stream: |name| format!("stream {name}"),
        function: |name| format!("fungsi {name}"),
        account: |account| format!("akun {account}"),
        profile: |name| format!("profil {name}"),
        tag: |tag| format!("tag {tag}"),
        unreadable_tags: "tag-nya, yang tidak bisa dibaca",
    },
    files: Files {
        open: "Buka",
        open_again: |name| format!("Pilih lagi {name}"),
        save: "Simpan sebagai",
        folder: "Pilih folder",
        open_button: "_Buka",
        save_button: "_Simpan",
        choose_button: "_Pilih",
        cancel_button: "Ba_tal",
        all: "Semua file",
        records: "File record",
        plans: "Rencana replay",
        lines: "Record, satu per baris",
        schemas: "Skema",
        workspaces: "Ruang kerja",
    },
};
