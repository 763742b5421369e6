//! The machine and the conditions: printed above the tables, so that figures are not read without them.

use crate::build;

/// Prints the facts.
pub(super) fn print(quick: bool) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "Machine: {cores} cores ({}), {} of memory, {}",
        processor(),
        memory(),
        system()
    );
    println!(
        "Compiler: {}; server: release build, a process of its own; load: this process ({}), on the same cores, over 127.0.0.1",
        compiler(),
        profile()
    );
    println!(
        "Revision: {}; size of the run: {}",
        revision(),
        if quick { "quick" } else { "full" }
    );
    println!("Load of the machine at the start (1 minute): {}", load());
}

/// How this load generator is built.
const fn profile() -> &'static str {
    if cfg!(debug_assertions) {
        "development build"
    } else {
        "release build"
    }
}

/// Files that a process may open here.
pub(super) fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(1024)
}

fn processor() -> String {
    field("/proc/cpuinfo", "model name").unwrap_or_else(|| "processor unknown".to_owned())
}

fn memory() -> String {
    let kib = field("/proc/meminfo", "MemTotal").and_then(|text| {
        text.split(' ')
            .next()
            .and_then(|word| word.parse::<u64>().ok())
    });
    kib.map_or_else(
        || "unknown size".to_owned(),
        |kib| format!("{} GiB", kib.div_ceil(1024 * 1024)),
    )
}

fn system() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("Linux {}", kernel.trim())
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("unknown").to_owned()
}

fn compiler() -> String {
    said("rustc", &["--version"])
}

fn revision() -> String {
    let changed = !said("git", &["status", "--porcelain"]).is_empty();
    let at = said("git", &["rev-parse", "--short", "HEAD"]);
    if changed {
        format!("{at} with changes")
    } else {
        at
    }
}

fn said(program: &str, words: &[&str]) -> String {
    let output = std::process::Command::new(program)
        .args(words)
        .current_dir(build::workspace())
        .output();
    output.map_or_else(
        |_e| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// The value of the first line `name : value` of a file of the kernel.
pub(super) fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}
