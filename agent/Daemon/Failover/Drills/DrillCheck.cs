using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>Whether a volume began on one node with exactly what it ended with on the other.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Volume">The volume.</param>
/// <param name="Ended">The newest snapshot of the former epoch where it was written, as NAME and identity; null: none.</param>
/// <param name="Began">The same where it is written now.</param>
/// <param name="IsSame">True if both are one, and nothing was written after it.</param>
/// <param name="Text">What is so.</param>
public sealed record DrillCheck(UnitId Unit, string Volume, DrillPoint? Ended, DrillPoint? Began, bool IsSame, string Text);
