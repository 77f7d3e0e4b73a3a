using System.Globalization;
using System.Net;
using System.Text;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Setup;

/// <summary>
/// The configuration of this node's etcd member, as the environment file that nodeagent-etcd.service reads. Founding: all seats are known
/// and start together. Joining: the seat was added through <see cref="Etcd.EtcdMembers.AddAsync"/> before.
/// </summary>
/// <param name="Self">This node's seat.</param>
/// <param name="Seats">All seats, this one too.</param>
/// <param name="Joining">True to enter an etcd that exists.</param>
/// <param name="Token">The cluster's id: members of two clusters never mix.</param>
public sealed record EtcdSetup(EtcdSeat Self, IReadOnlyList<EtcdSeat> Seats, bool Joining, string Token)
{
    /// <summary>Where the file belongs.</summary>
    public const string File = "/etc/nodeagent/etcd.env";

    /// <summary>Where the member keeps its data.</summary>
    public const string Folder = "/var/lib/nodeagent/etcd";

    /// <summary>
    /// Lets the member start with an empty folder; gone as soon as it has one that is not. In that folder, so that it is lost together with it:
    /// a member that starts empty under its old name has forgotten what it acknowledged, and still votes.
    /// </summary>
    public const string FirstStart = $"{Folder}/first-start";

    /// <summary>What is wrong; null if nothing is.</summary>
    public Fault? Check()
    {
        var errors = new List<string>();
        errors.AddRange(Seats.Where(seat => !Names.IsValid(seat.Name)).Select(seat => $"'{seat.Name}' is not a name ({Names.Rule})"));
        errors.AddRange(Seats.Where(seat => !IPAddress.TryParse(seat.Address, out _)).Select(seat => $"'{seat.Address}' of {seat.Name} is no IP address"));
        errors.AddRange(Seats.GroupBy(seat => seat.Name, StringComparer.Ordinal).Where(group => group.Skip(1).Any()).Select(group => $"{group.Key} is named twice"));
        errors.AddRange(Seats.GroupBy(seat => seat.Address, StringComparer.OrdinalIgnoreCase).Where(group => group.Skip(1).Any()).Select(group => $"{group.Key} is the address of two members"));
        if (!Seats.Contains(Self))
        {
            errors.Add($"{Self.Name} is not among the members");
        }

        if (!Names.IsValid(Token))
        {
            errors.Add($"'{Token}' cannot be a cluster's id");
        }

        // An even number stands no more failures than one less, and two stand none at all.
        if (!Joining && Seats.Count % 2 == 0)
        {
            errors.Add($"{Seats.Count} members: take an odd number; two nodes need a witness on a third box (--witness)");
        }

        return errors.Count == 0 ? null : new(
            FaultCode.InvalidArgument, "cannot set up etcd", string.Join("; ", errors), "See 'Cluster store' in systemd/README.md.", Retry.Never);
    }

    /// <summary>The environment file. Secrets are not in it, only where they are.</summary>
    /// <param name="certificates">The folder with ca.pem, node.pem and node.key.</param>
    public Outcome<string> Environment(string certificates)
    {
        if (Check() is { } wrong)
        {
            return wrong;
        }

        var text = new StringBuilder("# Written by nodeagent cluster init or join.\n");
        foreach (var (name, value) in Settings(certificates))
        {
            text.Append(CultureInfo.InvariantCulture, $"ETCD_{name}={value}\n");
        }

        // What nodeagent-etcd.service tells to add, if it has to refuse to start.
        text.Append(CultureInfo.InvariantCulture, $"NODEAGENT_SEAT=\"{Self.Name}={Self.Address}{(Self.IsWitness ? " --witness" : "")}\"\n");
        return text.ToString();
    }

    private IEnumerable<(string Name, string Value)> Settings(string certificates) =>
    [
        ("NAME", Self.Name),
        ("DATA_DIR", Folder),
        ("LISTEN_PEER_URLS", Self.PeerUrl),
        ("INITIAL_ADVERTISE_PEER_URLS", Self.PeerUrl),
        ("LISTEN_CLIENT_URLS", Self.ClientUrl),
        ("ADVERTISE_CLIENT_URLS", Self.ClientUrl),
        ("INITIAL_CLUSTER", string.Join(',', Seats.Select(seat => $"{seat.Name}={seat.PeerUrl}"))),
        ("INITIAL_CLUSTER_STATE", Joining ? "existing" : "new"),
        ("INITIAL_CLUSTER_TOKEN", Token),
        ("STRICT_RECONFIG_CHECK", "true"),
        ("AUTO_COMPACTION_MODE", "revision"),
        ("AUTO_COMPACTION_RETENTION", "10000"),
        ("ENABLE_V2", "false"),
        ("LOGGER", "zap"),
        // A member that waits for a majority writes seven lines every two seconds otherwise.
        ("LOG_LEVEL", "warn"),
        // A member may come from another address of its box than the one in its certificate; the authority's word is enough.
        ("EXPERIMENTAL_PEER_SKIP_CLIENT_SAN_VERIFICATION", "true"),
        .. Tls(certificates, string.Empty),
        .. Tls(certificates, "PEER_"),
    ];

    private static IEnumerable<(string Name, string Value)> Tls(string folder, string prefix) =>
    [
        (prefix + "CERT_FILE", Path.Join(folder, "node.pem")),
        (prefix + "KEY_FILE", Path.Join(folder, "node.key")),
        (prefix + "TRUSTED_CA_FILE", Path.Join(folder, "ca.pem")),
        (prefix + "CLIENT_CERT_AUTH", "true"),
    ];
}
