using NodeAgent.Contract;

namespace NodeAgent.Cluster.Setup;

/// <summary>All that a seat needs besides the package etcd-server. In the order in which it is safe to write: the last one lets it start.</summary>
public static class SeatFiles
{
    /// <summary>The folder of certificates.</summary>
    public const string Certificates = "/etc/nodeagent/etcd";

    /// <summary>The part of the agent's configuration that names the store.</summary>
    public const string DropIn = "/etc/nodeagent/conf.d/50-store.yaml";

    private const string WitnessUnit = "/etc/systemd/system/nodeagent-etcd.service";

    /// <summary>The files of a seat.</summary>
    /// <param name="setup">The seat, among all.</param>
    /// <param name="authority">Who signs.</param>
    /// <param name="unit">The text of nodeagent-etcd.service, for a box without the agent's package.</param>
    /// <param name="now">The wall clock.</param>
    public static Outcome<IReadOnlyList<SeatFile>> Of(EtcdSetup setup, StoreAuthority authority, string unit, DateTimeOffset now)
    {
        var environment = setup.Environment(Certificates);
        if (!environment.IsOk)
        {
            return environment.Fault;
        }

        var (certificate, key) = authority.Issue(setup.Self, now);
        return new SeatFile[]
        {
            new(Inner($"{Certificates}/ca.pem"), authority.CertificatePem, IsSecret: false),
            new(Inner($"{Certificates}/node.pem"), certificate, IsSecret: false),
            new(Inner($"{Certificates}/node.key"), key, IsSecret: true),
            setup.Self.IsWitness ? new(Inner(WitnessUnit), unit, IsSecret: false) : new(Inner(DropIn), Configuration(setup.Seats), IsSecret: false),
            new(Inner(EtcdSetup.FirstStart), "This seat has never run: its member may start with this folder empty. The unit removes this file when it has.\n", IsSecret: true),
            new(Inner(EtcdSetup.File), environment.Value, IsSecret: false),
        };
    }

    private static string Inner(string path) => path[1..];

    private static string Configuration(IReadOnlyList<EtcdSeat> seats) =>
        $"""
        # Written by nodeagent cluster init.
        store:
          endpoints: [{string.Join(", ", seats.Select(seat => $"\"{seat.ClientUrl}\""))}]
          authority: {Certificates}/ca.pem
          certificate: {Certificates}/node.pem
          key: {Certificates}/node.key

        """;
}
