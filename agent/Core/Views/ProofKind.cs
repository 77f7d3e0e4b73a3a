namespace NodeAgent.Core.Views;

/// <summary>How it is known that the writer before writes no more.</summary>
public enum ProofKind
{
    /// <summary>There was none.</summary>
    FirstWriter = 0,

    /// <summary>It let go itself, or joined anew with nothing running.</summary>
    Released,

    /// <summary>A fence agent cut its power, and read back that it is off.</summary>
    PowerOff,

    /// <summary>Its lease ended, and its watchdog was attested armed.</summary>
    LeaseExpired,

    /// <summary>It has another boot id now.</summary>
    Rebooted,

    /// <summary>The storage itself refuses it.</summary>
    StorageExcludes,

    /// <summary>An operator said so, by the node's name.</summary>
    Operator,
}
