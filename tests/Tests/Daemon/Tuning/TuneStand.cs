using System.Globalization;
using NodeAgent.Daemon.Tuning;
using NodeAgent.Linux.Modules;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Tuning;

/// <summary>A node with ZFS: files as the kernel has them, with its defaults, 16 GiB of memory and four NVMe drives.</summary>
internal sealed class TuneStand : IDisposable
{
    private const string Parameters = "sys/module/zfs/parameters";
    private readonly TempFolder folder = new();

    public TuneStand(string version = "2.3.9-0+deb13u1")
    {
        Put("sys/module/zfs/version", version);
        foreach (var knob in Knobs.All)
        {
            Set(knob.Name, knob.Default ?? 1_717_986_918L);
        }

        Set("zfs_dirty_data_max_max", 4L << 30);
        Set("zfs_nocacheflush", 0);
        Put("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:        1 kB\n");
        Boot();
        for (var drive = 0; drive < 4; drive++)
        {
            Drive($"nvme{drive}n1");
        }

        Put("sys/block/loop0/queue/rotational", "1");
    }

    public string Root => folder.Path;

    public string State => Path.Join(Root, "var/lib/nodeagent");

    public ManualTimeProvider Time { get; } = new();

    public ModuleParameters Module => new("zfs", Path.Join(Root, "sys/module"));

    public Tuner Tuner => On(Module);

    public TuneRecord? Record => new TuneBook(State).Read(TuneBook.Kept).Value;

    public TuneRecord? Trial => new TuneBook(State).Read(TuneBook.Trial).Value;

    public long this[string name] => long.Parse(File.ReadAllText(Path.Join(Root, Parameters, name)), CultureInfo.InvariantCulture);

    /// <summary>All values, to compare.</summary>
    public string Values => string.Join(' ', Knobs.All.Select(knob => this[knob.Name]));

    public Tuner On(IModuleParameters module)
    {
        Directory.CreateDirectory(State);
        var real = TuneSurroundings.Below(Root, Time);
        return new Tuner(new TuneBook(State), real with { Module = module });
    }

    /// <summary>The node boots: the values are ZFS's own again.</summary>
    public void Reboot()
    {
        Boot();
        foreach (var knob in Knobs.All)
        {
            Set(knob.Name, knob.Default ?? 1_717_986_918L);
        }
    }

    public void Set(string name, long value) => Put($"{Parameters}/{name}", value.ToString(CultureInfo.InvariantCulture));

    public void SetText(string name, string text) => Put($"{Parameters}/{name}", text);

    public void Lock(string name) => File.SetUnixFileMode(Path.Join(Root, Parameters, name), UnixFileMode.UserRead);

    public void Take(string name) => File.Delete(Path.Join(Root, Parameters, name));

    public void Drive(string name, long requests = 1023, bool rotates = false)
    {
        Put($"sys/block/{name}/queue/nr_requests", requests.ToString(CultureInfo.InvariantCulture));
        Put($"sys/block/{name}/queue/rotational", rotates ? "1" : "0");
    }

    public void Put(string file, string text)
    {
        var path = Path.Join(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }

    public void Dispose() => folder.Dispose();

    private void Boot() => Put("proc/sys/kernel/random/boot_id", Guid.NewGuid().ToString());
}
