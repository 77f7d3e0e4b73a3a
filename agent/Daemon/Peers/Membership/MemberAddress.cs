using System.Net;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>Where a member listens on a named network.</summary>
internal sealed record MemberAddress(string Network, IPEndPoint EndPoint)
{
    public override string ToString() => $"{Network}={EndPoint}";
}
