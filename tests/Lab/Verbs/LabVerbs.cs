using System.CommandLine;
using System.Diagnostics;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Images;
using NodeAgent.Lab.Keeping;
using NodeAgent.Lab.Machines;
using NodeAgent.Lab.Scenarios;

namespace NodeAgent.Lab.Verbs;

/// <summary>The command line of the lab.</summary>
public static class LabVerbs
{
    public static RootCommand Build() =>
        new("The lab: real virtual machines for NodeAgent")
        {
            BuildVerb(), UpVerb(), DownVerb(), SshVerb(), ListVerb(), RunVerb.Build(), CleanVerb.Build(),
        };

    public static async Task<LabCluster> OpenAsync(LabFolders folders, CancellationToken cancel)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new LabFailure("The lab makes a network namespace and needs root.");
        }

        await HostPackages.EnsureAsync(cancel);
        var image = await new ImageBuilder(folders).EnsureAsync(cancel);
        var acceleration = await Acceleration.FindAsync(folders, image, cancel);
        Say.Line($"image {image.Hash}, acceleration {acceleration.Name}: {acceleration.Why}");
        var cluster = new LabCluster(folders, image, acceleration);
        cluster.Claim();
        LabCache.NoteUse(image.Folder);
        new LabCache(folders).Prune(PrunePolicy.Usual);
        return cluster;
    }

    private static Command BuildVerb()
    {
        var again = new Option<bool>("--again") { Description = "Build although an image of this recipe is there" };
        var command = new Command("build", "Build the image") { again };
        command.SetAction(async (parsed, cancel) =>
        {
            var image = await new ImageBuilder(new LabFolders()).EnsureAsync(cancel, parsed.GetValue(again));
            Console.WriteLine(image.Folder);
            return 0;
        });
        return command;
    }

    private static Command UpVerb()
    {
        var nodes = new Option<int>("--nodes") { Description = "How many nodes (1 to 6)", DefaultValueFactory = _ => 3 };
        var deb = new Option<FileInfo?>("--deb") { Description = "Make them a cluster with this package" };
        var command = new Command("up", "Start fresh nodes and leave them running") { nodes, deb };
        command.SetAction(async (parsed, cancel) =>
        {
            using var cluster = await OpenAsync(new LabFolders(), cancel);
            var count = parsed.GetValue(nodes);
            var up = parsed.GetValue(deb)?.FullName is { } package
                ? await cluster.UpPreparedAsync(count, Formation.LayerOf(package), fresh => Formation.FormAsync(package, fresh, cancel), cancel)
                : await cluster.UpAsync(count, cancel);
            foreach (var node in up)
            {
                Console.WriteLine($"{node.Name}  {node.Address(Link.Management)}  console {node.Console}");
            }

            return 0;
        });
        return command;
    }

    private static Command DownVerb()
    {
        var command = new Command("down", "Stop all nodes of this lab and remove its network");
        command.SetAction(async (_, _) =>
        {
            var folders = new LabFolders();
            using var cluster = new LabCluster(folders, LabImage.Of(folders), new Acceleration("none", "none", "going down"));
            await cluster.DownAsync();
            return 0;
        });
        return command;
    }

    private static Command SshVerb()
    {
        var node = new Argument<int>("node") { Description = "The node's number" };
        var words = new Argument<string[]>("command") { Arity = ArgumentArity.ZeroOrMore, Description = "What to run there; without it a shell" };
        var command = new Command("ssh", "A shell or a command on a node") { node, words };
        command.SetAction(async (parsed, cancel) =>
        {
            var folders = new LabFolders();
            var number = parsed.GetValue(node);
            var image = LabImage.Of(folders);
            var arguments = new QemuArguments(image, new Acceleration("none", "none", string.Empty), folders.Node(number), number, 0);
            using var shell = new SecureShell(new LabNetwork(folders), arguments, number);
            var argv = shell.InteractiveArguments(parsed.GetValue(words) ?? []);
            using var process = Process.Start(new ProcessStartInfo(argv[0], argv.Skip(1)))!;
            await process.WaitForExitAsync(cancel);
            return process.ExitCode;
        });
        return command;
    }

    private static Command ListVerb()
    {
        var command = new Command("list", "The scenarios");
        command.SetAction(_ =>
        {
            foreach (var scenario in Catalogue.All)
            {
                Console.WriteLine($"{scenario.Name,-24} {scenario.About}");
            }

            return 0;
        });
        return command;
    }
}
