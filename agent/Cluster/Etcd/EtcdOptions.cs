using System.Security.Cryptography.X509Certificates;

namespace NodeAgent.Cluster.Etcd;

/// <summary>How to reach an etcd.</summary>
/// <param name="Endpoints">The client addresses of its members, nearest first.</param>
public sealed record EtcdOptions(IReadOnlyList<Uri> Endpoints)
{
    /// <summary>How long one member may take for one answer.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long all members together may take for what can be asked again.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause after all members failed once; doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a watch may hear nothing until it asks its member whether it still follows a leader.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>This node's certificate with its key; null without TLS. Read for each new connection, so that it may be renewed.</summary>
    public Func<X509Certificate2>? Certificate { get; init; }

    /// <summary>The only authorities that may have signed a member's certificate. Needed for https.</summary>
    public Func<X509Certificate2Collection>? Authorities { get; init; }
}
