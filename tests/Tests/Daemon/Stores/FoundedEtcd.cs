using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using NodeAgent.Daemon.Stores;
using NodeAgent.Tests.Cluster.Support;

namespace NodeAgent.Tests.Daemon.Stores;

/// <summary>Members of an etcd that run from what the founding wrote, by the command of the unit, each with its files under a root of its own.</summary>
internal sealed class FoundedEtcd(StoreBox box) : IDisposable
{
    // The ports are fixed: a net of its own keeps other tests away.
    private readonly string net = $"127.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(1, 255)}";
    private readonly List<StartedMember> members = [];

    public string Address(int number) => $"{net}.{number}";

    /// <summary>Paths of the system as paths under the member's root.</summary>
    public string Here(string text, string name) => text
        .Replace("/etc/nodeagent", Root(name) + "/etc/nodeagent", StringComparison.Ordinal)
        .Replace("/var/lib/nodeagent", Root(name) + "/var/lib/nodeagent", StringComparison.Ordinal);

    /// <summary>Starts a member; from an archive, or from what is on the box itself.</summary>
    public StartedMember Start(string name, string? archive)
    {
        if (EtcdTrio.Program is not { } program)
        {
            Assert.Inconclusive("etcd is not installed (package etcd-server)");
            throw new InvalidOperationException();
        }

        if (archive is not null)
        {
            Directory.CreateDirectory(Root(name));
            TarFile.ExtractToDirectory(archive, Root(name), overwriteFiles: true);
        }

        Directory.CreateDirectory(Path.Join(Root(name), "var/lib/nodeagent/etcd"));
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(UnitScript().Replace("/usr/bin/etcd", program, StringComparison.Ordinal));
        foreach (var line in Here(File.ReadAllText(Path.Join(Root(name), "etc/nodeagent/etcd.env")), name).Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal)))
        {
            var cut = line.IndexOf('=', StringComparison.Ordinal);
            start.Environment[line[..cut]] = line[(cut + 1)..].Trim('"');
        }

        var started = new StartedMember(Process.Start(start)!);
        members.Add(started);
        return started;
    }

    /// <summary>Where a member has its data.</summary>
    public string DataOf(string name) => Path.Join(Root(name), "var/lib/nodeagent/etcd");

    // The unit's ExecStart as systemd reads it.
    private static string UnitScript()
    {
        var unit = StoreFounding.Unit().Replace("\\\n", " ", StringComparison.Ordinal);
        var line = unit.Split('\n').Single(line => line.StartsWith("ExecStart=/bin/sh -c '", StringComparison.Ordinal));
        return line["ExecStart=/bin/sh -c '".Length..^1].Replace("$$", "$", StringComparison.Ordinal).Replace("%%", "%", StringComparison.Ordinal);
    }

    /// <summary>Kills one, counted as they were started.</summary>
    public void Kill(int index) => members[index].Kill();

    public void Dispose()
    {
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    private string Root(string name) => name == "n1" ? box.In("").TrimEnd('/') : box.In("roots/" + name);
}
