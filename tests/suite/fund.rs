//! A small fund with real keys: three officers, two accounts, and vouchers they really sign.

use std::sync::Arc;
use yishan::domain::codec::List;
use yishan::domain::entry::Voucher;
use yishan::domain::line::Line;
use yishan::domain::refusal::Refusal;
use yishan::domain::text::{Id, Nonce, Origin};
use yishan::domain::time::Stamp;
use yishan::domain::{codec, entry};
use yishan::keys::OfficerKey;
use yishan::ledger::{Error, IndexAt, Ledger, Mode, Signed};
use yishan::storage::disk::Disk;
use yishan::tlog::Signer;

pub(crate) const ORIGIN: &str = "yishan.example/taonan";

/// Random bytes that are the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The officers: chen records, li approves and is steward, zhao pays.
pub(crate) struct Officers {
    pub(crate) chen: OfficerKey,
    pub(crate) li: OfficerKey,
    pub(crate) zhao: OfficerKey,
    pub(crate) log: Signer,
}

impl Officers {
    pub(crate) fn new() -> Officers {
        let mut dice = Dice::new(7);
        let mut key = |id| OfficerKey::generate(id, &mut |b| dice.fill(b)).unwrap();
        let (chen, li, zhao) = (key("chen"), key("li"), key("zhao"));
        Officers { chen, li, zhao, log: Signer::new(ORIGIN, &[9; 32]).unwrap() }
    }

    fn key(&self, by: &str) -> &OfficerKey {
        match by {
            "chen" => &self.chen,
            "li" => &self.li,
            _ => &self.zhao,
        }
    }

    /// The line that founds the fund.
    pub(crate) fn found(&self) -> String {
        let officer = |key: &OfficerKey, roles: &str| {
            let public = yishan::domain::text::Key(key.public());
            format!("{{\"id\":\"{}\",\"key\":\"{public}\",\"roles\":[{roles}]}}", key.id())
        };
        let officers = [
            officer(&self.chen, "\"clerk\""),
            officer(&self.li, "\"approver\",\"steward\""),
            officer(&self.zhao, "\"cashier\""),
        ];
        format!(
            "{{\"found\":{{\"origin\":\"{ORIGIN}\",\"name\":\"洮南日行一善\",\"holder\":\"洮南志愿者联合会\",\
             \"zone\":\"+08:00\",\"policy\":{{\"solo\":false,\"quorum\":1,\"limits\":[{{\"from\":0,\"need\":1}}]}},\
             \"officers\":[{}]}}}}",
            officers.join(",")
        )
    }

    /// A voucher of `lines` (as records spell them), signed by `by` at `at`.
    pub(crate) fn sign(&self, by: &str, at: &str, number: u128, lines: &[String]) -> Signed {
        let lines: Vec<Line> = lines.iter().map(|l| line(l)).collect();
        let voucher = Voucher {
            by: Id::parse(by.as_bytes()).unwrap(),
            made: stamp(at),
            nonce: Nonce(number.to_be_bytes()),
            lines: List::new(lines).unwrap(),
        };
        Signed::new(self.key(by), &Origin::parse(ORIGIN.as_bytes()).unwrap(), &voucher)
    }

    /// Founds the fund on `disk`.
    pub(crate) fn found_on(&self, disk: Arc<dyn Disk>, at: &str) -> Result<Ledger, Error> {
        let signed = self.sign("li", at, 0, &[self.found()]);
        Ledger::found_on(disk, &IndexAt::Nowhere, &signed, stamp(at))
            .map(|founded| founded.unwrap())
    }
}

/// A line from its spelling.
pub(crate) fn line(text: &str) -> Line {
    codec::read_all(text.as_bytes(), entry::MAX_ENTRY).unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub(crate) fn stamp(at: &str) -> Stamp {
    Stamp::parse(format!("2026-11-{at}+08:00").as_bytes()).unwrap_or_else(|| panic!("{at}"))
}

/// A gift line: `number` makes its reference.
pub(crate) fn gift(fen: u64, number: u128) -> String {
    let reference = yishan::domain::text::Ref((number << 64 | 0x5eed).to_be_bytes());
    format!(
        "{{\"gift\":{{\"fen\":{fen},\"to\":\"wx\",\"paid\":\"2026-11-01T08:00:00\",\"ref\":\"{reference}\"}}}}"
    )
}

/// Opens for writing without an index folder.
pub(crate) fn reopen(disk: Arc<dyn Disk>) -> Result<Ledger, Error> {
    Ledger::open_on(disk, &IndexAt::Nowhere, Mode::Write)
}

/// Appends one voucher and says which entry it became.
pub(crate) fn append(
    ledger: &mut Ledger,
    signed: &Signed,
    at: &str,
) -> Result<Result<u64, Refusal>, Error> {
    Ok(ledger.append(std::slice::from_ref(signed), stamp(at))?.remove(0))
}
