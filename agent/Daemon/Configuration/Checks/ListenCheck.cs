using System.Net;

namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>Two listeners cannot have one port; metrics are readable by everybody who reaches them.</summary>
internal sealed class ListenCheck : IConfigCheck
{
    private const string Field = "metrics.listen";

    public void Check(ConfigDraft draft, ProblemList problems)
    {
        if (draft.Config.Metrics.Listen is not { } listen)
        {
            return;
        }

        var isWild = listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any);
        var onPeers = draft.Config.Networks.Values.Any(network => isWild || network.Address.Equals(listen.Address));
        if (onPeers && listen.Port == draft.Config.Peers.Port)
        {
            problems.Error(draft.PlaceOf(Field), Field, $"port {listen.Port} is the peers' port too", "Choose another port for one of them");
        }
        else if (isWild)
        {
            problems.Warning(draft.PlaceOf(Field), Field, $"{listen} is open to every network, without encryption", "Name the address that Prometheus uses");
        }
    }
}
