using System.Text;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Configuration;

/// <summary>A main file and drop-ins in a folder that goes away.</summary>
internal sealed class ConfigFiles : IDisposable
{
    public const string Full =
        """
        node: { name: n1 }
        state: /var/lib/nodeagent
        socket: /run/nodeagent/control.sock
        networks:
          - { name: mgmt, address: 10.0.0.11 }
          - { name: repl-a, address: 10.0.1.11, rate_limit: 100MiB }
        peers: { port: 7400, networks: [repl-a, mgmt] }
        metrics: { listen: "127.0.0.1:9440" }
        plugins: { path: /usr/lib/nodeagent/plugins, require_root_owned: true }
        backends:
          - { id: tank, plugin: zfs, options: { root: tank/nodeagent } }
        replication: { interval: 60s, keep_source: 2, keep_copies: 4, concurrent_streams: 2 }
        log: { level: information }
        """;

    /// <summary>Every field there is.</summary>
    public const string Everything = Full + "\n" +
        """
        services:
          - name: db
            units: [tank:db]
            parts:
              - { name: address, kind: ocf, what: heartbeat:IPaddr2, parameters: { ip: 10.0.0.99 } }
              - { name: postgres, kind: systemd, what: postgresql.service, start_timeout: 90s, stop_timeout: 20s }
            nodes: [n1, n2]
            rpo_limit: 0s
            restart_limit: 1
            move_limit: 2
            fail_back: true
            apart: [web]
          - { name: web, parts: [{ name: guest, kind: machine, what: "101" }] }
        fencing:
          - { name: n2-board, node: n2, agent: fence_ipmilan, level: 1, options: { ip: 10.0.2.12 }, secrets: /etc/nodeagent/n2.secrets }
        """;

    private static readonly BackendOption[] ZfsOptions =
    [
        new("root", "Dataset that holds the volumes", Required: true, value => value.StartsWith('/') ? "a dataset does not begin with '/'" : null),
        new("compression", "Compression of new volumes", Required: false, _ => null),
        new("broken", "Throws", Required: false, _ => throw new InvalidOperationException("boom")),
    ];

    private readonly TempFolder folder = new();

    public string Main => Path.Combine(folder.Path, "nodeagent.yaml");

    public string DropIns => Path.Combine(folder.Path, "conf.d");

    public static ConfigSources Sources(string hostName = "host1.example") =>
        new(hostName, plugin => plugin switch
        {
            "zfs" => ZfsOptions,
            "directory" => [new("path", "Folder", Required: true, _ => null)],
            "tried" => [],
            _ => null,
        }, plugin => plugin == "tried" ? "no real drives" : null) { IsCopied = plugin => plugin == "zfs" };

    /// <summary>Reads one text as the main file.</summary>
    public static ConfigReading ReadText(string text)
    {
        using var files = new ConfigFiles();
        return files.Write(text).Read();
    }

    /// <summary>The only problem there is, as a line without its folder.</summary>
    public static string Only(string text)
    {
        using var files = new ConfigFiles();
        return files.Write(text).Only();
    }

    public ConfigFiles Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public ConfigFiles Write(byte[] bytes)
    {
        File.WriteAllBytes(Main, bytes);
        return this;
    }

    public ConfigFiles DropIn(string name, string text)
    {
        Directory.CreateDirectory(DropIns);
        File.WriteAllText(Path.Combine(DropIns, name), text);
        return this;
    }

    public ConfigReading Read(string hostName = "host1.example") => ConfigReader.Read(Main, DropIns, Sources(hostName));

    public string Only()
    {
        var problems = Read().Problems;
        Assert.HasCount(1, problems, string.Join('\n', problems));
        return Short(problems[0]);
    }

    public string Short(ConfigProblem problem) => problem.ToString().Replace(folder.Path + "/", string.Empty, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();
}
