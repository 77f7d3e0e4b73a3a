namespace NodeAgent.Contract;

/// <summary>One node's copy of a unit, as that node shows it to whoever has to choose between copies.</summary>
/// <param name="Node">The node.</param>
/// <param name="At">When it looked, by its wall clock.</param>
/// <param name="IsOpen">Whether the unit can be written on that node now, or is just being opened or closed.</param>
/// <param name="Version">Of the note about the unit, read before the storage was looked at: a choice is made against this one.</param>
/// <param name="Facts">What speaks for or against the copy, for people, in the order in which to show it.</param>
public sealed record CopySide(NodeId Node, DateTimeOffset At, Answer IsOpen, long Version, IReadOnlyList<CopyFact> Facts)
{
    /// <summary>How what this copy holds can be kept if the other is chosen; null: it cannot.</summary>
    public string? KeptBy { get; init; }

    /// <summary>Why it cannot be kept; null: it can.</summary>
    public string? NotKeptBecause { get; init; }

    /// <summary>What the backend on another node has to know of it, in the backend's own form; at most 8192 characters.</summary>
    public string Native { get; init; } = "";
}
