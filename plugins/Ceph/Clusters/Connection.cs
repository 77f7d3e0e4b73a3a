using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Clusters;

/// <summary>
/// A client instance of a cluster, with a door to the backend's pool. All members block; only a call lane uses them.
/// Each has an address of its own, with a nonce, by which it alone can be shut out.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int MostName = 1024;

    private readonly ClusterHandle cluster;
    private readonly ThreadLocal<IoHandle> doors;
    private volatile bool isDeaf;

    private Connection(ClusterHandle cluster, string pool, string address)
    {
        this.cluster = cluster;
        Pool = pool;
        Address = address;
        doors = new ThreadLocal<IoHandle>(() => Door(cluster, pool), trackAllValues: true);
    }

    /// <summary>The door to the backend's pool: each thread has its own, for librbd changes it in passing.</summary>
    public IoHandle Io => doors.Value!;

    /// <summary>The backend's pool.</summary>
    public string Pool { get; }

    /// <summary>This instance's address, as the blocklist names it: "127.0.0.1:0/3230".</summary>
    public string Address { get; }

    /// <summary>
    /// True if the monitors left this instance's last question unanswered. librados 16 waits for one monitor alone, for ever, if that
    /// died while they shook hands: the others live, and this instance never hears of it.
    /// </summary>
    public bool IsDeaf => isDeaf;

    /// <summary>Connects. No timeout of Ceph's own is left endless.</summary>
    /// <param name="options">The backend's.</param>
    /// <param name="what">What for.</param>
    /// <param name="needsPool">False: the backend's pool need not be there, and <see cref="Io"/> is not used.</param>
    public static Outcome<Connection> Open(CephOptions options, string what, bool needsPool = true)
    {
        if (CephLibraries.Missing(what) is { } missing)
        {
            return missing;
        }

        var code = Rados.Create(out var made, null, options.User, 0);
        if (code < 0)
        {
            return CephFaults.From(code, what);
        }

        var handle = new ClusterHandle(made);
        var opened = Configure(handle, options, what) is { } wrong ? wrong : Connect(handle, options, needsPool, what);
        if (!opened.IsOk)
        {
            handle.Dispose();
        }

        return opened;
    }

    /// <summary>A monitor command; its answer as JSON, null if it answers nothing.</summary>
    public unsafe Outcome<JsonNode?> Command(JsonObject command, string what)
    {
        command["format"] = "json";
        var bytes = Encoding.UTF8.GetBytes(command.ToJsonString() + "\0");
        byte* output = null;
        byte* text = null;
        fixed (byte* first = bytes)
        {
            try
            {
                var code = Rados.MonitorCommand(
                    cluster, &first, 1, null, 0, out output, out var length, out text, out var textLength);
                isDeaf = code == -Errno.TimedOut;
                return code < 0
                    ? CephFaults.From(code, what, Told(text, textLength) is { Length: > 0 } told ? told : (string?)command["prefix"])
                    : Parsed(new ReadOnlySpan<byte>(output, checked((int)length)), what);
            }
            finally
            {
                Rados.Free(output);
                Rados.Free(text);
            }
        }
    }

    /// <summary>Asks a disk for its version: whether it lives, whatever the monitors believe. Down is no fault but false.</summary>
    public unsafe Outcome<bool> AskOsd(int osd, string what)
    {
        byte* output = null;
        byte* text = null;
        fixed (byte* first = "{\"prefix\":\"version\"}\0"u8)
        {
            try
            {
                var code = Rados.OsdCommand(cluster, osd, &first, 1, null, 0, out output, out _, out text, out _);
                return code == -Errno.TimedOut ? CephFaults.From(code, what, $"osd.{osd}") : code >= 0;
            }
            finally
            {
                Rados.Free(output);
                Rados.Free(text);
            }
        }
    }

    /// <summary>How this cluster is called among sites that mirror; empty if it was not named.</summary>
    public unsafe string SiteName()
    {
        var text = stackalloc byte[MostName];
        nuint length = MostName;
        return RbdMirror.GetSiteName(cluster, text, ref length) < 0 ? "" : Marshal.PtrToStringUTF8((nint)text) ?? "";
    }

    /// <summary>Waits until this client has the newest map, so that what it does next is ordered after the map's news.</summary>
    public Outcome WaitForMap(string what)
    {
        var code = Rados.WaitForLatestMap(cluster);
        isDeaf = code == -Errno.TimedOut;
        return code < 0 ? CephFaults.From(code, what) : Outcome.Done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var door in doors.Values)
        {
            door.Dispose();
        }

        doors.Dispose();
        cluster.Dispose();
    }

    private static IoHandle Door(ClusterHandle cluster, string pool)
    {
        var code = Rados.CreateIo(cluster, pool, out var io);
        return code >= 0 ? new IoHandle(io, cluster) : throw new InvalidOperationException($"pool {pool} cannot be opened: error {-code}");
    }

    /// <summary>What Ceph says of an error; empty if it gave no text.</summary>
    public static unsafe string Told(byte* text, nuint length) => Encoding.UTF8.GetString(new ReadOnlySpan<byte>(text, text is null ? 0 : (int)Math.Min(length, 400)));

    private static Outcome<JsonNode?> Parsed(ReadOnlySpan<byte> answer, string what)
    {
        if (answer.TrimEnd("\0\n "u8).IsEmpty)
        {
            return new Outcome<JsonNode?>((JsonNode?)null);
        }

        try
        {
            // The first value only: some commands of Ceph 16 answer two, one after the other.
            var reader = new Utf8JsonReader(answer);
            return new Outcome<JsonNode?>(JsonNode.Parse(ref reader));
        }
        catch (JsonException wrong)
        {
            return new Fault(FaultCode.Unparseable, what, $"a monitor's answer is no JSON: {wrong.Message}", "See which Ceph runs: ceph versions.", Retry.Never);
        }
    }

    private static Fault? Configure(ClusterHandle cluster, CephOptions options, string what)
    {
        var code = Rados.ReadConfiguration(cluster, options.Configuration);
        if (code < 0)
        {
            return CephFaults.From(code, what, $"reading {options.Configuration}");
        }

        var seconds = ((int)options.Patience.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        (string Name, string? Value)[] settings =
        [
            ("client_mount_timeout", seconds), ("rados_mon_op_timeout", seconds), ("rados_osd_op_timeout", seconds),
            ("keyring", options.Keyring),
            // The agent's standard error is the journal; faults say what happened.
            ("log_to_stderr", "false"), ("err_to_stderr", "false"), ("log_file", ""), ("admin_socket", ""),
            ("rbd_default_features", "61"), ("rbd_cache", "false"), ("ms_async_op_threads", "1"),
        ];
        foreach (var (name, value) in settings)
        {
            code = value is null ? 0 : Rados.Configure(cluster, name, value);
            if (code < 0)
            {
                return CephFaults.From(code, what, $"setting {name}");
            }
        }

        return null;
    }

    private static Outcome<Connection> Connect(ClusterHandle cluster, CephOptions options, bool needsPool, string what)
    {
        var code = Rados.Connect(cluster);
        if (code < 0)
        {
            return CephFaults.From(code, what) with
            {
                Code = code is -Errno.TimedOut ? FaultCode.ControlPlaneUnavailable : CephFaults.From(code, what).Code,
                Why = code is -Errno.TimedOut ? "no monitors with a quorum could be reached" : "connecting to the cluster failed",
            };
        }

        if (needsPool)
        {
            code = Rados.CreateIo(cluster, options.Pool, out var io);
            if (code < 0)
            {
                return CephFaults.From(code, what, $"pool {options.Pool}") with { Why = $"pool {options.Pool} cannot be opened" };
            }

            new IoHandle(io, cluster).Dispose();
        }

        return new Connection(cluster, options.Pool, AddressOf(cluster));
    }

    private static unsafe string AddressOf(ClusterHandle cluster)
    {
        if (Rados.GetAddresses(cluster, out var text) < 0)
        {
            return "";
        }

        try
        {
            return Addresses.Normal(Marshal.PtrToStringUTF8((nint)text) ?? "");
        }
        finally
        {
            Rados.Free(text);
        }
    }
}
