//! The three lines inside a locked key file: kind, name, seed in base64.

use super::KeyError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// Length of the longest officer's id or log name, in bytes (C2SP signed-note key names end there).
pub const NAME_MAX: usize = 255;

/// What a key file is for. The first line of its text says so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyKind {
    /// An officer's Ed25519 key: signs vouchers.
    Officer,
    /// The log's Ed25519 key: signs checkpoints and nothing else.
    Log,
    /// The vault's X25519 identity: opens what is sealed for the vault.
    Vault,
    /// The X25519 identity of one person in the vault: opens what is known of them.
    Person,
}

impl KeyKind {
    const ALL: [Self; 4] = [Self::Officer, Self::Log, Self::Vault, Self::Person];

    /// The first line of the text, newline included. The vault's and a person's are comments to
    /// age, so that a standard tool takes the whole text for an identity file.
    pub(crate) fn first_line(self) -> &'static str {
        match self {
            Self::Officer => "yishan/officer-key/v1\n",
            Self::Log => "yishan/log-key/v1\n",
            Self::Vault => "# yishan/vault-key/v1\n",
            Self::Person => "# yishan/person-key/v1\n",
        }
    }

    /// Returns what follows the first line, or says which other kind of key this is.
    pub(crate) fn strip(self, text: &[u8]) -> Result<&str, KeyError> {
        let is = |kind: &Self| text.starts_with(kind.first_line().as_bytes());
        match Self::ALL.iter().copied().find(is) {
            None => Err(self.malformed("the first line names no kind of key")),
            Some(found) if found != self => Err(KeyError::OtherKind { found, wanted: self }),
            Some(_) => text
                .strip_prefix(self.first_line().as_bytes())
                .and_then(|rest| std::str::from_utf8(rest).ok())
                .ok_or(self.malformed("it is not UTF-8")),
        }
    }

    pub(crate) fn malformed(self, what: &'static str) -> KeyError {
        KeyError::Malformed { kind: self, what }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Officer => "an officer's key",
            Self::Log => "a log key",
            Self::Vault => "a vault key",
            Self::Person => "a person's key",
        })
    }
}

/// Refuses names that a key file or a signed note could not carry on one line.
pub(super) fn check_name(name: &str) -> Result<(), KeyError> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.len() > NAME_MAX || name.contains(bad) {
        // Cut by characters: an error must stay printable however long the name was.
        let name = name.chars().take(NAME_MAX).collect();
        return Err(KeyError::Name { name, max: NAME_MAX });
    }
    Ok(())
}

/// Writes the one spelling of a key. The inverse of [`parse`].
pub(super) fn write(kind: KeyKind, name: &str, seed: &[u8; 32]) -> Zeroizing<String> {
    // Room for everything from the start: a growing string would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(kind.first_line().len() + name.len() + 64));
    text.push_str(kind.first_line());
    text.push_str(name);
    text.push('\n');
    STANDARD.encode_string(seed, &mut text);
    text.push('\n');
    text
}

/// Parses the one spelling of a key of this kind into its name and seed.
pub(super) fn parse(kind: KeyKind, text: &[u8]) -> Result<(String, Zeroizing<[u8; 32]>), KeyError> {
    let rest = kind.strip(text)?;
    let (name, rest) = rest.split_once('\n').ok_or(kind.malformed("the name has no end"))?;
    check_name(name)?;
    let line = rest.strip_suffix('\n').ok_or(kind.malformed("the seed has no end"))?;
    // The decoder wants a spare byte: 44 characters might hold 33.
    let mut bytes = Zeroizing::new([0_u8; 33]);
    let len = STANDARD
        .decode_slice(line, bytes.as_mut_slice())
        .map_err(|_| kind.malformed("the seed is not base64 of 32 bytes"))?;
    let seed = bytes.first_chunk::<32>().filter(|_| len == 32);
    let seed = Zeroizing::new(*seed.ok_or(kind.malformed("the seed is not 32 bytes"))?);
    Ok((name.to_string(), seed))
}
