//! Ways to be wrong: a model that errs so must be found out.

/// What a model gets wrong on purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// A fee costs nothing.
    ForgetsFees,
    /// A reversed line's reference may be used again.
    FreesReferences,
    /// A refund that was reversed still counts against its gift.
    KeepsReversedRefunds,
    /// Whoever proposed may approve.
    AllowsOwnApproval,
    /// A payment of a released allocation is promised again when it is reversed.
    ForgetsReleases,
    /// A term never ends.
    ForgetsTerms,
    /// A nonce is kept for ever.
    KeepsNonces,
    /// A refused voucher uses up its references.
    RemembersRefused,
    /// An officer may record their own hours.
    AllowsOwnHours,
    /// A correction changes no sum.
    ForgetsCorrections,
    /// Whoever took a wish on may confirm it.
    ForgetsWhoClaimed,
    /// Goods received count before a second officer signed.
    CountsOneSignature,
    /// What was lost on the way is nowhere.
    ForgetsLostGoods,
    /// A refund of a gift for a pot is taken from what is free.
    RefundsFromFree,
    /// What was passed on stays passed on when that is reversed.
    KeepsReversedPasses,
    /// A deposit stays in the bank when it is reversed.
    KeepsReversedDeposits,
    /// What came back stays back when that is reversed.
    KeepsReversedClawbacks,
    /// A student who was drawn need not be visited again.
    AdmitsUnchecked,
    /// A receipt that is void keeps its gifts.
    KeepsVoidReceipts,
    /// What a closed year had wrong is no correction of a year before.
    ForgetsYears,
}

impl Fault {
    /// All of them.
    pub(super) const ALL: [Fault; 20] = [
        Fault::ForgetsFees,
        Fault::FreesReferences,
        Fault::KeepsReversedRefunds,
        Fault::AllowsOwnApproval,
        Fault::ForgetsReleases,
        Fault::ForgetsTerms,
        Fault::KeepsNonces,
        Fault::RemembersRefused,
        Fault::AllowsOwnHours,
        Fault::ForgetsCorrections,
        Fault::ForgetsWhoClaimed,
        Fault::CountsOneSignature,
        Fault::ForgetsLostGoods,
        Fault::RefundsFromFree,
        Fault::KeepsReversedPasses,
        Fault::KeepsReversedClawbacks,
        Fault::KeepsReversedDeposits,
        Fault::AdmitsUnchecked,
        Fault::KeepsVoidReceipts,
        Fault::ForgetsYears,
    ];
}
