namespace NodeAgent.Contract;

/// <summary>What this node may do with a unit, as the storage itself would have it.</summary>
public enum Role
{
    /// <summary>Could not be found out. Never treated as <see cref="Absent"/>.</summary>
    Unknown = 0,

    /// <summary>This node holds no copy.</summary>
    Absent,

    /// <summary>This node holds a copy that refuses writes.</summary>
    Reader,

    /// <summary>The storage takes writes on this node.</summary>
    Writer,
}
