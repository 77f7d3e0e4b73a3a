using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Attached to a request when its caller has been let in.</summary>
internal sealed record PeerFeature(NodeId Node);
