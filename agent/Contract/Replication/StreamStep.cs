namespace NodeAgent.Contract;

/// <summary>One stream of one volume from the writer to a copy.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="From">Where the increment starts; null for the whole volume.</param>
/// <param name="To">The snapshot it leads to.</param>
/// <param name="ResumeToken">Set to go on with a stream that broke; from <see cref="PartialReceive.Token"/>.</param>
/// <param name="Epoch">The writer's epoch; a copy refuses one lower than it has seen.</param>
public sealed record StreamStep(VolumeId Volume, HistoryPoint? From, HistoryPoint To, string? ResumeToken, Epoch Epoch);
