using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Clusters;

/// <summary>One attempt to connect, shared by all who wait for it.</summary>
internal sealed class Attempt
{
    public Task<Outcome<Connection>> Task { get; set; } = null!;

    /// <summary>What it made; null until then, or if it failed.</summary>
    public Connection? Made { get; set; }

    /// <summary>When another was last begun to take its place, as a time stamp; null if none was.</summary>
    public long? RenewedAt { get; set; }

    /// <summary>When it failed, as a time stamp; null if it did not.</summary>
    public long? FailedAt { get; set; }
}
