//! Clocks, memory, and what the machine itself can do.

use std::fmt;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Instant;

/// One measured number, printed as one line of fields with tabs between.
pub struct Figure {
    pub name: String,
    /// Gifts there were.
    pub size: u64,
    pub value: f64,
    pub unit: &'static str,
    /// What it is compared with, and the ratio.
    pub beside: Option<(&'static str, f64)>,
}

impl Figure {
    pub fn new(name: impl Into<String>, size: u64, value: f64, unit: &'static str) -> Figure {
        Figure { name: name.into(), size, value, unit, beside: None }
    }

    pub fn beside(self, what: &'static str, ratio: f64) -> Figure {
        // Work shorter than the clock's tick has no ratio.
        Figure { beside: ratio.is_finite().then_some((what, ratio)), ..self }
    }

    pub fn print(&self) {
        println!("{self}");
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}\t{}\t{}", self.name, self.size, figures(self.value), self.unit)?;
        match self.beside {
            Some((what, ratio)) => write!(f, "\t{} x {what}", figures(ratio)),
            None => Ok(()),
        }
    }
}

/// Three figures, without a power of ten.
pub fn figures(value: f64) -> String {
    match value.abs() {
        big if big >= 100.0 => {
            let digits = format!("{value:.0}");
            let mut out = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at).is_multiple_of(3) {
                    out.push('_');
                }
                out.push(digit);
            }
            out
        }
        ten if ten >= 10.0 => format!("{value:.1}"),
        one if one >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// What some work took.
#[derive(Clone, Copy)]
pub struct Took {
    /// Seconds on the wall.
    pub wall: f64,
    /// Seconds of all cores, of this process and of the children it waited for.
    pub cpu: f64,
}

/// Does the work and says what it took.
pub fn took<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (start, before) = (Instant::now(), cpu());
    let done = work();
    (done, Took { wall: start.elapsed().as_secs_f64(), cpu: cpu() - before })
}

/// Seconds that this process and its children spent, user and system.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> =
        after.split_whitespace().skip(11).take(4).map(|n| n.parse().unwrap_or(0.0)).collect();
    // The unit of these fields is 1/100 s on every Linux of today.
    fields.iter().sum::<f64>() / 100.0
}

/// The peak of a process's memory so far, in MiB: of this one, or of the child `process`.
pub fn peak(process: Option<u32>) -> f64 {
    let name = process.map_or("self".to_owned(), |id| id.to_string());
    let status = std::fs::read_to_string(format!("/proc/{name}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    let kib = line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
    kib / 1024.0
}

/// The load of the last minute.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0.0)
}

/// What stands at a part of the sorted values, from 0 to 1.
pub fn part(values: &mut [f64], of: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * of).round() as usize]
}

/// A file to which the disk's own append + fdatasync is measured.
pub struct Disk(File, Vec<u8>);

impl Disk {
    /// Appends of `len` bytes, in `folder`.
    pub fn new(folder: &Path, len: usize) -> Disk {
        Disk(File::create(folder.join("alone")).unwrap(), vec![b'x'; len])
    }

    /// Microseconds of one append and fdatasync.
    pub fn append(&mut self) -> f64 {
        let start = Instant::now();
        self.0.write_all(&self.1).unwrap();
        self.0.sync_data().unwrap();
        start.elapsed().as_secs_f64() * 1e6
    }

    /// The median of `times` of them, in microseconds.
    pub fn median(&mut self, times: usize) -> f64 {
        part(&mut (0..times).map(|_| self.append()).collect::<Vec<_>>(), 0.5)
    }
}

/// Seconds in which the disk writes `bytes` in pieces of 4 MiB, each synced.
pub fn raw_write(folder: &Path, bytes: u64) -> f64 {
    let mut disk = Disk::new(folder, 4 << 20);
    let seconds = (0..bytes.div_ceil(4 << 20)).map(|_| disk.append()).sum::<f64>() / 1e6;
    std::fs::remove_file(folder.join("alone")).unwrap();
    seconds
}

/// Reads a file in pieces of 1 MiB.
pub fn read_through(path: &Path, each: &mut dyn FnMut(&[u8])) {
    let (mut file, mut piece) = (File::open(path).unwrap(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece).unwrap() {
            0 => return,
            len => each(&piece[..len]),
        }
    }
}

/// The bytes of all files under `folder`.
pub fn bytes_in(folder: &Path) -> u64 {
    let Ok(items) = std::fs::read_dir(folder) else { return 0 };
    let each = items.map(|item| {
        let item = item.unwrap();
        let meta = item.metadata().unwrap();
        if meta.is_dir() { bytes_in(&item.path()) } else { meta.len() }
    });
    each.sum()
}
