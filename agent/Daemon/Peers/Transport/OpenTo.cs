namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Marks a route that is open to more than known members: to callers without a certificate (the join), or only to
/// members whose certificate is newer than this node's list.
/// </summary>
internal sealed record OpenTo(bool Strangers);
