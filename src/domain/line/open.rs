//! 开户: a money account the fund keeps.

use super::Kind;
use super::appoint::Role;
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::MAX_ACCOUNTS;
use crate::domain::text::{Id, Lang};
use crate::{record, words};

words! {
    /// Where an account is kept.
    pub enum Place {
        /// A WeChat wallet.
        Wechat = "wechat", "微信", "WeChat";
        /// An Alipay account.
        Alipay = "alipay", "支付宝", "Alipay";
        /// A bank account.
        Bank = "bank", "银行", "bank";
        /// A cash box.
        Cash = "cash", "现金", "cash";
    }
}

words! {
    /// In whose name an account is (慈善法 §26: receipts belong in the holder's own account).
    pub enum Owner {
        /// The federation that runs the fund.
        Federation = "federation", "联合会", "federation";
        /// A charity that holds the licence.
        Charity = "charity", "慈善组织", "charity";
        /// A volunteer's own wallet, for passing money on.
        Person = "person", "志愿者个人", "volunteer";
    }
}

record! {
    /// What the books know of a money account.
    #[derive(Copy)]
    pub struct Account {
        /// Where it is kept.
        kind: Place = "kind",
        /// In whose name.
        owner: Owner = "owner",
        /// Whether it was shut.
        shut: bool = "shut",
    }
}

record! {
    /// Opens a money account with nothing in it.
    pub struct Open {
        /// Its handle.
        account: Id = "account",
        /// Where it is kept.
        kind: Place = "kind",
        /// In whose name.
        owner: Owner = "owner",
    }
}

impl Kind for Open {
    const NAME: Both = Both("开户", "opening of an account");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        if act.books.accounts.get(&self.account).is_some() {
            return Err(Refusal::AccountExists { account: self.account });
        }
        let held = &mut act.books.sums.now.held;
        if held.0.len() >= MAX_ACCOUNTS {
            return Err(Refusal::TooMany { what: Both("账户", "accounts"), max: MAX_ACCOUNTS });
        }
        held.open(self.account);
        let account = Account { kind: self.kind, owner: self.owner, shut: false };
        act.books.accounts.set(self.account, account);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (account, kind, owner) = (self.account, self.kind.name(lang), self.owner.name(lang));
        lang.pick(
            format!("开户 {account}（{kind}，{owner}）"),
            format!("account {account} opened ({kind}, {owner})"),
        )
    }
}
