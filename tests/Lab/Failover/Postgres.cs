using System.Globalization;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>PostgreSQL as a service on a unit: its data on the unit's dataset, a systemd unit that starts it there.</summary>
public static class Postgres
{
    public const string UnitName = "lab-postgres.service";
    private const string Programs = "/usr/lib/postgresql/17/bin";
    private const string Data = Link + "/pg";

    // Leads to the unit, wherever that is mounted.
    private const string Link = "/srv/lab-db";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private const string SystemdUnit =
        $"""
        [Unit]
        Description=PostgreSQL on the unit of the service

        [Service]
        Type=notify
        User=postgres
        ExecStart={Programs}/postgres -D {Data}
        # Fast, not smart: clients that stay connected are thrown out.
        KillSignal=SIGINT
        KillMode=mixed
        TimeoutStartSec=120
        TimeoutStopSec=30
        RuntimeDirectory=lab-postgres

        """;

    private const string Settings =
        """
        listen_addresses = '*'
        unix_socket_directories = '/run/lab-postgres'
        shared_buffers = 32MB
        # What ZFS does by itself: whole pages, and no use for old files.
        full_page_writes = off
        wal_init_zero = off
        wal_recycle = off
        max_wal_size = 96MB
        min_wal_size = 32MB
        jit = off

        """;

    /// <summary>The unit file; on every node.</summary>
    public static async Task InstallAsync(LabNode node, string folder, CancellationToken cancel) =>
        await node.ExpectAsync($"install -d -m 0755 {Path.GetDirectoryName(folder)} && ln -sfn {folder} {Link} && cat > /etc/systemd/system/{UnitName} && systemctl daemon-reload", Limit, cancel, SystemdUnit);

    /// <summary>An empty database with the table of the writers; on the node that writes the unit.</summary>
    public static async Task CreateAsync(LabNode node, CancellationToken cancel)
    {
        await node.ExpectAsync(
            $"chmod 755 {Link}/ && install -d -o postgres -g postgres -m 0700 {Data} && runuser -u postgres -- {Programs}/initdb --no-sync --no-locale -A trust -D {Data} >/dev/null "
            + $"&& echo 'host all all 10.77.0.0/16 trust' >> {Data}/pg_hba.conf && cat >> {Data}/postgresql.conf",
            Limit, cancel, Settings);
        await node.ExpectAsync(
            $"systemctl start {UnitName} && psql -h /run/lab-postgres -U postgres -qc 'CREATE TABLE log (node text, number bigint, body text, PRIMARY KEY (node, number))' && systemctl stop {UnitName}",
            Limit, cancel);
    }

    /// <summary>The numbers of the rows that the database of a node holds from the writer of a node.</summary>
    public static async Task<HashSet<long>> RowsAsync(LabNode asked, int writer, CancellationToken cancel)
    {
        var told = await asked.ExpectAsync(
            $"psql -h /run/lab-postgres -U postgres -Atqc \"SELECT number FROM log WHERE node = 'node{writer}'\"", Limit, cancel);
        return told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            long.TryParse(line, CultureInfo.InvariantCulture, out var number) ? number : throw new LabFailure($"psql says {line}")).ToHashSet();
    }
}
