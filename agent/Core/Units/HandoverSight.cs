using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>What the writer sees before the next step of a planned move. What could not be looked at is null.</summary>
/// <param name="Record">The unit's record on this node, as it is on disk.</param>
/// <param name="Here">The storage of this node.</param>
/// <param name="There">The storage of the target, as the target says.</param>
/// <param name="Whole">The newest snapshot that all volumes of the target hold.</param>
/// <param name="IsConfirmed">True if the target said that it writes the unit.</param>
/// <param name="Trouble">Why the last step was not done; null if it was.</param>
/// <param name="WasInterrupted">True if this move was left by an agent that stopped, or by an attempt that gave up.</param>
public sealed record HandoverSight(
    UnitRecord? Record,
    CopyHistory? Here,
    CopyHistory? There,
    string? Whole,
    bool IsConfirmed,
    Fault? Trouble,
    bool WasInterrupted);
