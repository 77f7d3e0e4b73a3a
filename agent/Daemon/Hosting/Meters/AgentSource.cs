using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>The agent itself: what runs, with which configuration and certificates.</summary>
internal sealed class AgentSource(ClusterSeat seat, long? configHash) : IMetricSource
{
    private static readonly (string Version, string Revision) Build = Split(AgentVersion.Running);

    public string Collector => "agent";

    public void Collect(AgentMetrics metrics)
    {
        metrics.BuildInfo.Set(
            Build.Version, Build.Revision, $".NET {Environment.Version}", $"{ContractVersion.Major}.{ContractVersion.Minor}");
        metrics.ClusterConfigHash.Set(configHash);
        metrics.RestartRequired.Set(AgentVersion.RestartRequired() is not null);

        // The cluster lasts as long as the newest of its authorities: an older one is being replaced by it.
        metrics.CertificateExpiryTimestamp.Set(seat.Node?.CertificateEnd.ToUnixTimeSeconds(), "node");
        metrics.CertificateExpiryTimestamp.Set(seat.Node?.AuthorityEnd.ToUnixTimeSeconds(), "cluster_ca");
    }

    private static (string Version, string Revision) Split(string informational)
    {
        var plus = informational.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? (informational, "") : (informational[..plus], informational[(plus + 1)..]);
    }
}
