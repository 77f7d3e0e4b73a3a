namespace NodeAgent.Daemon.Configuration;

/// <summary>Where the cluster agrees.</summary>
/// <param name="Endpoints">The members of the etcd; none: this node is alone, and its state folder holds the store.</param>
/// <param name="Authority">File with the authorities that sign the members' certificates; null without TLS.</param>
/// <param name="Certificate">File with this node's certificate.</param>
/// <param name="Key">File with its key.</param>
internal sealed record StoreConfig(IReadOnlyList<Uri> Endpoints, string? Authority, string? Certificate, string? Key);
