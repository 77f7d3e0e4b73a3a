namespace NodeAgent.Contract;

/// <summary>A daemon of this site that carries mirroring.</summary>
/// <param name="Name">How the storage calls it.</param>
/// <param name="IsLeader">True for the one that shares the work out.</param>
/// <param name="Remarks">What it complains of.</param>
public sealed record SiteDaemon(string Name, bool IsLeader, IReadOnlyList<string> Remarks);
