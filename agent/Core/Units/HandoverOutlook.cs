using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>What is known before a planned move begins.</summary>
/// <param name="Here">The storage of the writer.</param>
/// <param name="There">The storage of the target.</param>
/// <param name="Whole">The newest snapshot that all volumes of the target hold; null if there is none.</param>
/// <param name="Blockers">What the target's backend says stands in the way of promoting, each a sentence.</param>
/// <param name="AvailableBytes">Room on the target; null if unknown.</param>
/// <param name="Behind">Other copies that cannot be brought up to date now.</param>
public sealed record HandoverOutlook(
    CopyHistory Here,
    CopyHistory There,
    string? Whole,
    IReadOnlyList<string> Blockers,
    long? AvailableBytes,
    IReadOnlyList<NodeId> Behind);
