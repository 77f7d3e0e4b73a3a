using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration.Kinds;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>The fields of services and of what cuts a node's power.</summary>
internal static class ServiceSchema
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>services:</summary>
    public static NamedListField Services { get; } = new("services", "name", "What fails over: units, and what to start on them. The same on every node. What was changed or taken out while it runs is stopped as it was, when a restart applies it; what was changed starts there again as it is now.",
    [
        new ScalarField("name", new NameKind("service"), "The service's name.") { Required = true, Example = "db" },
        new ScalarListField("units", new UnitKind(), "none", "Its units. This node becomes the writer of all of them before anything is started. One that is added to a service that runs comes in when the agent of its writer is restarted: the service is stopped for that and starts again, in a later epoch than any that the unit was written in.") { Example = "[tank:db]" },
        new NamedListField("parts", "name", "What is started, in this order; it is stopped in reverse.",
        [
            new ScalarField("name", new NameKind("part"), "The part's name in the service.") { Required = true, Example = "postgres" },
            new ScalarField("kind", new ChoiceKind<PartKind>(PartKind.Systemd, PartKind.Ocf, PartKind.Machine, PartKind.Container), "A systemd unit, a resource agent, or a virtual machine or container of Proxmox. On nodes of one Proxmox cluster, which must have the names that the agents have, a guest's configuration follows the service: it is moved to the node that starts it, once the node that has it says that the guest is stopped there, or is proven gone. On nodes that stand alone each needs a configuration of its own.") { Required = true, Example = "systemd" },
            new ScalarField("what", new TextKind(), "The systemd unit, such as postgresql.service; the agent as PROVIDER:TYPE, such as heartbeat:IPaddr2; or the guest's number.") { Required = true, Example = "postgresql.service" },
            new ScalarField("start_timeout", new DurationKind(Second, TimeSpan.FromHours(2)), "The most that its start may take.") { Default = "60s" },
            new ScalarField("stop_timeout", new DurationKind(Second, TimeSpan.FromHours(2)), "The most that its stop may take. Half of it is for an orderly stop, the rest for killing. When the lease is over less counts, and a part that does not stop makes the node reset itself.") { Default = "30s" },
            new OptionsField("parameters", "Parameters of a resource agent; see its manual, such as man ocf_heartbeat_IPaddr2.") { Example = "{}" },
        ]),
        new ScalarListField("nodes", new NameKind("node"), "every node", "Where it may run, the best first. A node whose watchdog is not attested comes after those whose is, as long as its copy is no newer.") { Example = "[n1, n2]" },
        new ScalarField("rpo_limit", new DurationKind(TimeSpan.Zero, TimeSpan.FromDays(7)), "A failover that would lose more than this waits for an operator. What counts is the age of the copy when the lost node's lease ends; 'nodeagent config check' warns of a limit that copies cannot always keep. 0s: one that cannot prove that nothing is lost waits.") { Default = "2m" },
        new ScalarField("restart_limit", new NumberKind(0, 100), "How often it is started again on its node before the service moves. Counted anew once it ran for ten minutes.") { Default = "3" },
        new ScalarField("move_limit", new NumberKind(0, 100), "How often it moves because it failed before it waits for an operator. Counted anew once it ran for ten minutes.") { Default = "3" },
        new ScalarField("fail_back", new SwitchKind(), "Go back to a better node by itself, once that has been the better one for a minute.") { Default = "false" },
        new ScalarField("spread", new SwitchKind(), "Prefer the node with the fewest services to the order of nodes.") { Default = "false" },
        new ScalarField("on_node_stop", new ChoiceKind<NodeStopPolicy>(NodeStopPolicy.Move, NodeStopPolicy.Stop, NodeStopPolicy.Freeze), "What happens when its node is shut down in order. Move: it goes to another node first. Stop: it is stopped, and starts on whichever node is best. Freeze: it is stopped and kept for its node, which is expected back.") { Default = "move" },
        new ScalarListField("with", new NameKind("service"), "none", "Services that it must run beside.") { Example = "[]" },
        new ScalarListField("apart", new NameKind("service"), "none", "Services that it must not run beside.") { Example = "[]" },
    ]);

    /// <summary>fencing:</summary>
    public static NamedListField Fencing { get; } = new("fencing", "name", "What cuts a node's power, by the agents of the package fence-agents. The same on every node.",
    [
        new ScalarField("name", new NameKind("fence device"), "The device's name.") { Required = true, Example = "n2-board" },
        new ScalarField("node", new NameKind("node"), "The node that it switches off.") { Required = true, Example = "n2" },
        new ScalarField("agent", new NameKind("fence agent"), "The agent's name; see ls /usr/sbin/fence_*.") { Required = true, Example = "fence_ipmilan" },
        new ScalarField("level", new NumberKind(1, 9), "Levels are tried in order until one confirms. Devices of one level, such as for two power supplies, must all confirm.") { Default = "1" },
        new OptionsField("options", "The agent's own options; see its manual. No passwords here.") { Example = "{ ip: 10.0.2.12, username: fence, lanplus: 1 }" },
        new ScalarField("secrets", new PathKind(PathKind.FileBytes), "File with lines key=value, such as password=..., of root and with mode 0600.")
        {
            DefaultInWords = "none", Example = "/etc/nodeagent/n2-board.secrets",
        },
    ]);

    /// <summary>failover:</summary>
    public static GroupField Failover { get; } = new("failover", "How services fail over. Without a cluster store nothing does, and each unit keeps its writer.",
    [
        new ScalarField("stall", new DurationKind(Second, TimeSpan.FromSeconds(60)), "How long a node may stall before its services are taken from it; see nodeagent timings. The same on every node.") { Default = "4s" },
        new ScalarField("device", new DurationKind(Second, TimeSpan.FromSeconds(75)), "How long after its last feed a watchdog resets its node: takeovers wait for it. A node with a slower one proves nothing by the end of its lease. Proxmox's watchdog-mux takes 72s, with which services that have copies need an rpo_limit of 3m. The same on every node.")
        {
            DefaultInWords = "as long as stall", Example = "72s",
        },
        new ScalarField("guard", new PathKind(PathKind.SocketBytes), "The guard's socket; see nodeagent-guard(8).") { Default = "/run/nodeagent/guard.sock" },
        new ScalarField("trust_softdog", new SwitchKind(), "Whether a watchdog counts that hangs with the kernel that it should reset. Two nodes may write one unit then.") { Default = "false" },
        new ScalarField("hang_limit", new DurationKind(TimeSpan.FromSeconds(20), TimeSpan.FromHours(1)), "How long the disks under a running service may answer nothing, or its pool be suspended, before it is moved. What waits for such a disk cannot be stopped: its node is reset if the service can run elsewhere. Disks with many retries need more.") { Default = "60s" },
    ]);
}
