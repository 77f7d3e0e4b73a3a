using System.Collections.Immutable;
using System.Net;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>What the operator asks of a joining node.</summary>
/// <param name="Token">The parsed token.</param>
/// <param name="Through">Addresses to try instead of the token's own; may be empty.</param>
/// <param name="Node">What this node will be called.</param>
/// <param name="Addresses">Where this node listens, in order of preference.</param>
internal sealed record JoinOrder(
    JoinToken Token, ImmutableArray<IPEndPoint> Through, NodeId Node, ImmutableArray<MemberAddress> Addresses);
