using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>What failures would do to one backend's storage.</summary>
/// <param name="Backend">Its name.</param>
/// <param name="SeenAt">When the storage was looked at; null if it never could be.</param>
/// <param name="Failures">Each failure with what it would do.</param>
/// <param name="Why">Why nothing can be told; null if it can.</param>
public sealed record StorageFailuresLine(BackendId Backend, DateTimeOffset? SeenAt, IReadOnlyList<StorageFailure> Failures, string? Why);
