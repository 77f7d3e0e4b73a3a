namespace NodeAgent.Contract;

/// <summary>What this site's volumes are in a mirroring between sites.</summary>
public enum SiteRole
{
    /// <summary>They are not mirrored.</summary>
    None = 0,

    /// <summary>They may be written here, and other sites follow.</summary>
    Source,

    /// <summary>They follow another site and cannot be written.</summary>
    Copy,

    /// <summary>Some this and some that: an order was cut off, or a volume came later.</summary>
    Mixed,
}
