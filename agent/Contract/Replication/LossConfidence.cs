namespace NodeAgent.Contract;

/// <summary>How sure a statement about loss is.</summary>
public enum LossConfidence
{
    /// <summary>Nothing can be said.</summary>
    Unknown = 0,

    /// <summary>At most this much.</summary>
    UpperBound,

    /// <summary>
    /// Proven to be nothing. Only from a shared copy, a copy that the storage itself knows to be current under quorum,
    /// or a stored sync certificate.
    /// </summary>
    ProvenZero,
}
