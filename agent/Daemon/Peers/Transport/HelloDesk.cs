using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Makes this node's hello and judges others'. The certificate says who it is; the hello must agree.</summary>
internal sealed class HelloDesk(NodeIdentity identity, MemberRoll roll, AgentFacts facts, TimeProvider time)
{
    public Hello Make() => new(
        Hello.CurrentProtocol, facts.Version, identity.Current.Cluster.Value, identity.Node.Value,
        roll.List.Version, facts.BootId, time.GetUtcNow().ToUnixTimeMilliseconds());

    public Outcome Judge(Hello theirs, NodeId proven)
    {
        if (theirs.Protocol != Hello.CurrentProtocol)
        {
            return PeerVerdicts.OtherProtocol(theirs.Protocol, Hello.CurrentProtocol);
        }

        if (theirs.Cluster != identity.Current.Cluster.Value)
        {
            return PeerVerdicts.OtherCluster(theirs.Cluster, identity.Current.Cluster.Value);
        }

        return theirs.Node == proven.Value ? Outcome.Done : PeerVerdicts.AnotherNode(new(theirs.Node), proven);
    }
}
