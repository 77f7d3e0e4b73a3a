using System.Globalization;
using System.Text;
using System.Xml.Linq;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Scenarios;

namespace NodeAgent.Lab.Failover;

/// <summary>
/// The same PostgreSQL under Pacemaker, corosync and diskless SBD as Debian ships them, with their default timings. Its data are
/// not replicated: each node has a database of its own, so nothing has to be promoted, which is in Pacemaker's favour.
/// </summary>
public static class PacemakerCluster
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    // As in /etc/default/sbd of the package; the fencing waits for twice the watchdog's timeout, as its manual says.
    private const string Sbd =
        """
        SBD_PACEMAKER=yes
        SBD_STARTMODE=always
        SBD_DELAY_START=no
        SBD_WATCHDOG_DEV=/dev/watchdog
        SBD_WATCHDOG_TIMEOUT=5

        """;

    private const string Resource =
        "<primitive id=\"db\" class=\"systemd\" type=\"lab-postgres\"><operations>"
        + "<op id=\"db-monitor\" name=\"monitor\" interval=\"10s\" timeout=\"60s\"/><op id=\"db-start\" name=\"start\" interval=\"0\" timeout=\"120s\"/>"
        + "<op id=\"db-stop\" name=\"stop\" interval=\"0\" timeout=\"60s\"/></operations></primitive>";

    public static async Task FormAsync(IReadOnlyList<LabNode> nodes, CancellationToken cancel)
    {
        await Task.WhenAll(nodes.Select(async node =>
        {
            await node.ExpectAsync(Pools.Create("tank", node, string.Empty, 1, 2) + " && zfs create -o mountpoint=/nodeagent/tank/db/data tank/db", Limit, cancel);
            await Postgres.InstallAsync(node, ServiceStorage.Copies.Folder, cancel);
            await Postgres.CreateAsync(node, cancel);
            await node.ExpectAsync("cat > /etc/default/sbd", Limit, cancel, Sbd);
            await node.ExpectAsync("cat > /etc/corosync/corosync.conf", Limit, cancel, Corosync(nodes));
            await node.ExpectAsync("modprobe i6300esb; systemctl enable -q sbd corosync pacemaker && systemctl start corosync pacemaker", Limit, cancel);
        }));
        await nodes[0].UntilAsync("three nodes online", $"test $(crm_mon -1 -X 2>/dev/null | grep -c 'node name=.*online=\"true\"') -ge {nodes.Count}", Limit, cancel);
        await nodes[0].ExpectAsync("crm_attribute -n stonith-watchdog-timeout -v 10s && crm_attribute -n stonith-enabled -v true", Limit, cancel);
        await nodes[0].ExpectAsync($"cibadmin -C -o resources -X '{Resource}'", Limit, cancel);
    }

    /// <summary>When the cluster counted a node as fenced last, by the clock of the node that is asked; null: it does not tell.</summary>
    public static async Task<DateTimeOffset?> FencedAtAsync(LabNode asked, string target, CancellationToken cancel)
    {
        var told = await asked.RunAsync($"stonith_admin --history {target} --output-as xml", cancel: cancel);
        return !told.Ok ? null : XDocument.Parse(told.Output).Descendants("fence_event").Where(fencing => fencing.Attribute("target")?.Value == target)
            .Max(fencing => DateTimeOffset.TryParse(fencing.Attribute("completed")?.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null);
    }

    public static async Task<string> VersionsAsync(LabNode node, CancellationToken cancel) => (await node.ExpectAsync(
        "dpkg-query -W -f '${Package} ${Version}, ' pacemaker corosync sbd; corosync-cmapctl -g runtime.config.totem.token | sed 's/.*= /token /'", cancel: cancel)).Trim();

    private static string Corosync(IReadOnlyList<LabNode> nodes)
    {
        var text = new StringBuilder("totem {\n  version: 2\n  cluster_name: lab\n  transport: knet\n  crypto_cipher: none\n  crypto_hash: none\n}\nquorum {\n  provider: corosync_votequorum\n}\nlogging {\n  to_syslog: yes\n}\nnodelist {\n");
        foreach (var node in nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"  node {{\n    name: {node.Name}\n    nodeid: {node.Number}\n    ring0_addr: {node.Address(Link.Management)}\n    ring1_addr: {node.Address(Link.ReplicationA)}\n  }}\n");
        }

        return text.Append("}\n").ToString();
    }
}
