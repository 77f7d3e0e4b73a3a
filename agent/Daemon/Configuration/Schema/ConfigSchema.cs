using NodeAgent.Daemon.Configuration.Kinds;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>Every field of nodeagent.yaml. The validator, the manual page and the sample are made from this.</summary>
internal static class ConfigSchema
{
    private static readonly PathKind FilePath = new(PathKind.FileBytes);

    /// <summary>The whole file.</summary>
    public static GroupField Root { get; } = new(string.Empty, string.Empty,
    [
        new GroupField("node", "This node.",
        [
            new ScalarField("name", new NameKind("node"), "The node's name in the cluster. It must never change once the node has joined.")
            {
                DefaultInWords = "the host name up to the first dot, in lower case", Example = "n1", PerNode = true,
            },
        ]),
        new ScalarField("state", FilePath, "Folder for identity, keys and the journal of operations. It must survive a boot.")
        {
            Default = "/var/lib/nodeagent",
        },
        new ScalarField("socket", new PathKind(PathKind.SocketBytes), "Unix socket of the command line. Root may change things, the group nodeagent may read.")
        {
            Default = "/run/nodeagent/control.sock",
        },
        new NamedListField("networks", "name", "The networks that this node shares with its peers. A name means the same network on every node.",
        [
            new ScalarField("name", new NameKind("network"), "The network's name.") { Required = true, Example = "repl-a" },
            new ScalarField("address", new AddressKind(), "This node's address on it.")
            {
                Required = true, Example = "10.0.1.11", PerNode = true,
            },
            new ScalarField("rate_limit", new SizeKind(64 * 1024, 1L << 40), "Bytes per second that replication may send to one peer over this network. One that has none takes that of the first of peers.networks.")
            {
                DefaultInWords = "no limit", Example = "100MiB", Effect = FieldEffect.Reload,
            },
        ]),
        new GroupField("peers", "How agents reach each other.",
        [
            new ScalarField("port", new NumberKind(1, 65535), "TCP port of the agents, the same on every node.") { Default = "7400" },
            new ScalarListField("networks", new NameKind("network"), "all networks, by name", "Networks for replication, the preferred one first. The others are used when it fails.")
            {
                Example = "[repl-a]",
            },
        ]),
        Store,
        new GroupField("metrics", "What Prometheus reads.",
        [
            new ScalarField("listen", new EndpointKind(), "Where /metrics is served, without encryption.")
            {
                Default = "127.0.0.1:9440", PerNode = true,
            },
        ]),
        new GroupField("plugins", "Where storage backends come from.",
        [
            new ScalarField("path", FilePath, "Folder with one folder for each plugin.") { Default = "/usr/lib/nodeagent/plugins" },
            new ScalarField("require_root_owned", new SwitchKind(), "Load a plugin only if root owns its files and nobody else can write them.")
            {
                Default = "true",
            },
        ]),
        new NamedListField("backends", "id", "The storage of this node: a plugin with options.",
        [
            new ScalarField("id", new NameKind("backend"), "The backend's name. Copies of a unit live in the backend of the same name on each node.")
            {
                Required = true, Example = "tank",
            },
            new ScalarField("plugin", new NameKind("plugin"), "The plugin's id; see nodeagent plugin list.") { Required = true, Example = "zfs" },
            new ScalarField("accept_trial", new SwitchKind(), "Start it although its plugin says of itself that it is on trial. 'nodeagent plugin list' shows what was not tried; keep copies elsewhere of what you give it.")
            {
                Default = "false",
            },
            new OptionsField("options", "The plugin's own options; see nodeagent plugin list.") { Example = "{ root: tank/nodeagent }", PerNode = true },
        ]),
        ServiceSchema.Services,
        ServiceSchema.Fencing,
        ServiceSchema.Failover,
        Replication,
        new GroupField("log", "What goes to the journal.",
        [
            new ScalarField("level", new ChoiceKind<LogLevel>(LogLevel.Trace, LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical), "The least severe lines that are written.")
            {
                Default = "information", Effect = FieldEffect.Reload,
            },
        ]),
    ]);

    private static GroupField Store => new("store", "Where the cluster agrees who writes what: an etcd of its own. 'nodeagent cluster init --store' sets it up and writes this.",
    [
        new ScalarListField("endpoints", new UrlKind(), "none: this node is alone, and its state folder holds the store", "The etcd's members. The same list on every node.")
        {
            Example = "[\"https://10.0.1.11:7411\", \"https://10.0.1.12:7411\", \"https://10.0.1.13:7411\"]",
        },
        new ScalarField("authority", FilePath, "File with the authority that signs the members' certificates.")
        {
            DefaultInWords = "none", Example = "/etc/nodeagent/etcd/ca.pem",
        },
        new ScalarField("certificate", FilePath, "File with this node's certificate for the store.") { DefaultInWords = "none", Example = "/etc/nodeagent/etcd/node.pem" },
        new ScalarField("key", FilePath, "File with the certificate's key, of root and with mode 0600.") { DefaultInWords = "none", Example = "/etc/nodeagent/etcd/node.key" },
    ]);

    private static GroupField Replication => new("replication", "What units do that say nothing else.",
    [
        new ScalarField("interval", new DurationKind(TimeSpan.FromSeconds(5), TimeSpan.FromDays(1)), "Time from the beginning of one replication to the beginning of the next: what a lost node may cost.")
        {
            Default = "60s", Effect = FieldEffect.Reload,
        },
        new ScalarField("keep_source", new NumberKind(1, 1000), "Replication snapshots kept on the node that writes.") { Default = "2", Effect = FieldEffect.Reload },
        new ScalarField("keep_copies", new NumberKind(1, 1000), "Replication snapshots kept on each copy.") { Default = "4", Effect = FieldEffect.Reload },
        new ScalarField("concurrent_streams", new NumberKind(1, 64), "Streams that this node sends to one peer at the same time.") { Default = "2" },
    ]);
}
