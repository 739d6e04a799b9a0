//! A Chinese font of this computer, and whether it has a character.

use super::super::error::{Error, Kind};
use super::super::fund::read;
use super::super::say::say;
use resvg::usvg::fontdb::{Database, ID};
use skrifa::{FontRef, MetadataProvider};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest font file that is read, in bytes.
const MAX: u64 = 200 << 20;

/// So many files are looked at, and folders so deep, for a font.
const FILES: usize = 20_000;
const DEPTH: usize = 5;

/// Fonts that have the characters of Chinese names, the best for a certificate first: the file of
/// ordinary weight and that of bold.
const KNOWN: [(&str, &str); 22] = [
    ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"),
    ("NotoSerifCJKsc-Regular.otf", "NotoSerifCJKsc-Bold.otf"),
    ("NotoSerifSC-Regular.otf", "NotoSerifSC-Bold.otf"),
    ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"),
    ("SourceHanSerifSC-Regular.otf", "SourceHanSerifSC-Bold.otf"),
    ("SourceHanSerifCN-Regular.otf", "SourceHanSerifCN-Bold.otf"),
    ("SourceHanSerif-Regular.ttc", "SourceHanSerif-Bold.ttc"),
    ("Songti.ttc", "Songti.ttc"),
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    ("SourceHanSans-Regular.ttc", "SourceHanSans-Bold.ttc"),
    ("PingFang.ttc", "PingFang.ttc"),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc"),
    ("msyh.ttc", "msyhbd.ttc"),
    ("msyh.ttf", "msyhbd.ttf"),
    ("wqy-microhei.ttc", "wqy-microhei.ttc"),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
];

/// The faces of one family.
pub(crate) struct Fonts {
    database: Arc<Database>,
    name: String,
    faces: Vec<ID>,
}

impl Fonts {
    /// The font in the file `given`, or the best one in the usual folders.
    pub(crate) fn find(
        given: Option<&Path>,
        env: &BTreeMap<String, String>,
    ) -> Result<Fonts, Error> {
        let files = match given {
            Some(file) => BTreeSet::from([file.to_owned()]),
            None => installed(&folders(env)),
        };
        if files.is_empty() {
            let text =
                say!("这台电脑上没有找到中文字体", "no Chinese font was found on this computer");
            return Err(Error::new(Kind::CouldNot, text).hint(say!(
                "安装 Noto Sans CJK（Debian：apt install fonts-noto-cjk），或用 --font 指定字体文件",
                "install Noto Sans CJK (Debian: apt install fonts-noto-cjk), or name a font file with --font"
            )));
        }
        let mut database = Database::new();
        for file in &files {
            database.load_font_data(read(file, MAX)?);
        }
        let shown = files.iter().next().map(|file| file.display().to_string()).unwrap_or_default();
        Fonts::of(database).ok_or_else(|| {
            let text = say!("{shown} 不是字体文件", "{shown} is no font file");
            Error::new(Kind::CouldNot, text)
        })
    }

    /// No font, for pictures without text.
    pub(crate) fn none() -> Fonts {
        Fonts { database: Arc::default(), name: String::new(), faces: Vec::new() }
    }

    /// One family of the database: that for simplified characters, where a file has several.
    fn of(mut database: Database) -> Option<Fonts> {
        let named = |face: &resvg::usvg::fontdb::FaceInfo| {
            face.families.first().map(|(name, _)| name.clone()).unwrap_or_default()
        };
        let names: Vec<String> = database.faces().map(named).collect();
        let simplified = |name: &&String| name.ends_with(" SC") || name.ends_with(" CN");
        let name = names.iter().find(simplified).or(names.first())?.clone();
        let others = database.faces().filter(|face| named(face) != name).map(|face| face.id);
        for other in others.collect::<Vec<_>>() {
            database.remove_face(other);
        }
        let faces = database.faces().map(|face| face.id).collect();
        Some(Fonts { database: Arc::new(database), name, faces })
    }

    /// The family's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// The characters of `text` that no face has, each once, with its number.
    pub(crate) fn missing(&self, text: &str) -> Vec<String> {
        let wanted: BTreeSet<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut known = BTreeSet::new();
        for face in &self.faces {
            self.database.with_face_data(*face, |bytes, index| {
                let Ok(font) = FontRef::from_index(bytes, index) else { return };
                let map = font.charmap();
                let has = |c: &&char| map.map(**c).is_some_and(|glyph| glyph.to_u32() != 0);
                known.extend(wanted.iter().filter(has));
            });
        }
        let number = |c: &char| format!("{c}（U+{:04X}）", u32::from(*c));
        wanted.difference(&known).map(number).collect()
    }
}

/// Where fonts are kept, on any system.
fn folders(env: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let under = |name: &str, below: &[&str]| {
        let base = env.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        base.into_iter()
            .flat_map(|base| below.iter().map(|b| base.join(b)).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let mut folders = under("HOME", &[".local/share/fonts", ".fonts", "Library/Fonts"]);
    folders.extend(under("LOCALAPPDATA", &["Microsoft/Windows/Fonts"]));
    folders.extend(under("WINDIR", &["Fonts"]));
    folders.extend(under("PREFIX", &["share/fonts"]));
    let fixed = [
        "/usr/local/share/fonts",
        "/usr/share/fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
        "/system/fonts",
    ];
    folders.extend(fixed.map(PathBuf::from));
    folders
}

/// The files of the best font in these folders; none if there is none.
fn installed(folders: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut seen = 0;
    let mut waiting: Vec<(PathBuf, usize)> = folders.iter().rev().map(|f| (f.clone(), 0)).collect();
    while let Some((folder, depth)) = waiting.pop() {
        for item in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            seen += 1;
            if seen > FILES {
                break;
            }
            let path = item.path();
            if path.is_dir() {
                waiting.extend((depth < DEPTH).then_some((path, depth + 1)));
            } else if let Ok(name) = item.file_name().into_string() {
                found.entry(name.to_ascii_lowercase()).or_insert(path);
            }
        }
    }
    let file = |name: &str| found.get(&name.to_ascii_lowercase()).cloned();
    let best = KNOWN.iter().find_map(|(plain, bold)| Some((file(plain)?, file(bold))));
    best.map(|(plain, bold)| [plain].into_iter().chain(bold).collect()).unwrap_or_default()
}
