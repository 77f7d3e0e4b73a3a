using System.Globalization;
using System.Runtime.CompilerServices;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Kernel;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>One node's rbd module, as sysfs shows it and the program rbd changes it. It maps nothing; it says that it has.</summary>
internal sealed class KernelModel : ICommands, IDisposable
{
    public const string Fsid = "5a1d7b52-7d0f-4c07-9b6f-1f0c8a4f9e11";
    // Never the same again: what a test shut out is another test's in the same cluster.
    private static int instances = 700_000;
    private readonly TempFolder folder = new();
    private int devices;

    public KernelModel()
    {
        Places = KernelPlaces.Below(folder["kernel"]);
        Directory.CreateDirectory(Places.Devices);
        File.WriteAllText(Places.Mounts, "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        Boot("boot-1");
    }

    public KernelPlaces Places { get; }

    /// <summary>The cluster of what is mapped.</summary>
    public string Cluster { get; set; } = Fsid;

    /// <summary>The map of the cluster that each client to come has; the last one stays.</summary>
    public Queue<long?> Epochs { get; } = new([long.MaxValue]);

    /// <summary>The id of an image.</summary>
    public Func<string, string> IdOf { get; set; } = static image => $"id-of-{image}";

    /// <summary>True: something has the devices open.</summary>
    public bool IsBusy { get; set; }

    /// <summary>rbd says that it unmapped, and the device stays.</summary>
    public bool Lies { get; set; }

    /// <summary>The agent is killed when rbd has mapped.</summary>
    public bool DiesOnceMapped { get; set; }

    /// <summary>The address of the client that mapped last.</summary>
    public string Last { get; private set; } = "";

    public List<string> Asked { get; } = [];

    /// <summary>Called before a command.</summary>
    public Action<string> Before { get; set; } = static _ => { };

    /// <summary>Maps an image, and tells the address of its client.</summary>
    public string Map(string pool, string image, string snapshot = "-", string space = "")
    {
        var epoch = Epochs.Count > 1 ? Epochs.Dequeue() : Epochs.Peek();
        var number = devices++.ToString(CultureInfo.InvariantCulture);
        var instance = Interlocked.Increment(ref instances);
        var client = $"client{instance}";
        var address = Last = $"127.0.0.1:0/{instance}";
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["pool"] = pool, ["name"] = image, ["current_snap"] = snapshot, ["pool_ns"] = space, ["cluster_fsid"] = Cluster,
            ["client_addr"] = address, ["client_id"] = client, ["major"] = "252", ["minor"] = number, ["refresh"] = "", ["image_id"] = IdOf(image),
        };
        Directory.CreateDirectory(Path.Combine(Places.Devices, number));
        attributes.ToList().ForEach(one => File.WriteAllText(Path.Combine(Places.Devices, number, one.Key), one.Value + "\n"));
        if (epoch is { } known)
        {
            var told = Directory.CreateDirectory(Path.Combine(Places.Clients, $"{Cluster}.{client}"));
            File.WriteAllText(Path.Combine(told.FullName, "osdmap"), $"epoch {known} barrier 0 flags 0x588000\npool 1 'hot'\n");
        }

        return address;
    }

    /// <summary>The kernel's boot, as agents that start from now on read it.</summary>
    public void Boot(string id) => File.WriteAllText(Places.Boot, id + "\n");

    /// <summary>A device is gone, and rbd was not asked.</summary>
    public void Lose(int device) => Directory.Delete(Path.Combine(Places.Devices, device.ToString(CultureInfo.InvariantCulture)), recursive: true);

    public void Mount(int device, string point) => File.AppendAllText(Places.Mounts, $"40 1 252:{device} / {point} rw - ext4 /dev/rbd{device} rw\n");

    public Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation)
    {
        var line = $"{command.Tool} {string.Join(' ', command.Arguments)}";
        Asked.Add(line);
        Before(line);
        return Task.FromResult(Run(command.Tool, command.Arguments));
    }

    public async IAsyncEnumerable<string> FollowAsync(Command command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield break;
    }

    public void Dispose() => folder.Dispose();

    private Outcome<CommandResult> Run(string tool, IReadOnlyList<string> arguments)
    {
        if (tool == "umount")
        {
            File.WriteAllLines(Places.Mounts, File.ReadAllLines(Places.Mounts).Where(line => line.Split(' ')[4] != arguments[^1]));
            return Ended(0);
        }

        if (arguments[1] == "map")
        {
            var image = arguments[^1].Split('/');
            _ = Map(image[0], image[1]);
            return DiesOnceMapped ? new Fault(FaultCode.TimedOut, "cannot run", "the agent was killed", "", Retry.AfterLook) : Ended(0);
        }

        var number = arguments[^1].Split("rbd")[^1];
        if (IsBusy && !arguments.Contains("force"))
        {
            return Ended(16);
        }

        if (!Lies)
        {
            Directory.Delete(Path.Combine(Places.Devices, number), recursive: true);
        }

        return Ended(0);
    }

    private static Outcome<CommandResult> Ended(int code) => new CommandResult(code, "", code == 0 ? "" : "rbd: it failed", 0, 0);
}
