using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>
/// One node of the cluster. Addresses are in order of preference. Certificates are fingerprints: the current one
/// and, after a renewal, the one before it, for the time until all peers have heard.
/// </summary>
internal sealed record Member(
    NodeId Node, ImmutableArray<MemberAddress> Addresses, ImmutableArray<string> Certificates);
