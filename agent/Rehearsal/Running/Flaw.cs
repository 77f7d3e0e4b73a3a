namespace NodeAgent.Rehearsal.Running;

/// <summary>What the core's surroundings do wrong: a mistake that a plugin, or who carries decisions out, could make, and that must be caught.</summary>
internal enum Flaw
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Writes go on without a copy before it is recorded that the copy misses them.</summary>
    WritesOnBeforeItIsRecorded,

    /// <summary>A copy that came back is certified before everything was copied.</summary>
    CertifiesTooEarly,

    /// <summary>Any copy is offered, and opened.</summary>
    IgnoresCertificates,

    /// <summary>Whoever cuts a node's power looks whether it is still wanted only as it begins, and then takes seconds.</summary>
    CutsWithoutALastLook,

    /// <summary>A stay is taken away from a node that was silent for no more than half of its lease.</summary>
    TakesStaysTooEarly,

    /// <summary>Whoever asks to join with another boot id is taken for the node after a reboot, although that node is heard.</summary>
    LetsTwinsIn,

    /// <summary>The store gives the epoch after the one that it knows, whatever data is of.</summary>
    TrustsAnOldStore,

    /// <summary>Nodes do not remember what they have seen of the store.</summary>
    ForgetsTheStore,

    /// <summary>Nodes take what an operator settled once for settled, in whatever store, and whatever they know themselves.</summary>
    TrustsEverySettlement,

    /// <summary>The store takes a loss that was accepted before its backup for the one that it has forgotten.</summary>
    TrustsEveryAcceptance,

    /// <summary>The store lets a node take from another what it may not while takeovers are disarmed.</summary>
    TakesWhileDisarmed,
}
