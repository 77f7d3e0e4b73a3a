using System.Xml.Linq;

namespace NodeAgent.Tests.Architecture;

/// <summary>Who may reference whom. Any other arrow needs a change here, and a reason in the commit.</summary>
[TestClass]
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["agent/Contract"] = [],
        ["agent/Core"] = ["agent/Contract"],
        ["agent/Linux"] = ["agent/Contract"],
        ["agent/Conformance"] = ["agent/Contract"],
        // The file store is a log that survives a power cut, and leases run on the boot clock: both are Linux's.
        ["agent/Cluster"] = ["agent/Contract", "agent/Core", "agent/Linux"],
        // The guard must not come to depend on anything that allocates or waits.
        ["agent/Guard"] = [],
        ["agent/Rehearsal"] = ["agent/Contract", "agent/Core"],
        ["agent/Daemon"] = ["agent/Contract", "agent/Core", "agent/Linux", "agent/Cluster", "agent/Conformance", "agent/Rehearsal"],
        ["tests/Simulation"] = ["agent/Contract", "agent/Core", "agent/Daemon", "agent/Rehearsal"],
        ["tests/Lab"] = [],
        ["tests/Bench"] = ["*"],
        ["tests/Tests"] = ["*"],
    };

    [TestMethod]
    public void Projects_reference_only_what_the_design_lets_them()
    {
        var wrong = Projects().SelectMany(project => References(project)
            .Where(reference => !IsAllowed(Folder(project), reference))
            .Select(reference => $"{Folder(project)} -> {reference}")).ToList();
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void The_contract_has_no_references_at_all()
    {
        var contract = XDocument.Load(Path.Combine(Repository.Root, "agent/Contract/Contract.csproj"));
        Assert.IsEmpty(contract.Descendants().Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference"));
    }

    [TestMethod]
    public void Core_Linux_and_plugins_bring_no_packages()
    {
        var wrong = Projects().Where(project => Folder(project) is "agent/Core" or "agent/Linux" or "agent/Cluster" or "agent/Guard" || Folder(project).StartsWith("plugins/", StringComparison.Ordinal))
            .Where(project => XDocument.Load(project).Descendants("PackageReference").Any()).Select(Folder).ToList();
        Assert.IsEmpty(wrong, string.Join(", ", wrong));
    }

    [TestMethod]
    public void Compiled_plugins_refer_to_the_contract_and_the_framework_only()
    {
        foreach (var plugin in new[] { typeof(NodeAgent.Plugins.DirectoryBackend.DirectoryBackendFactory), typeof(NodeAgent.Plugins.ZfsBackend.ZfsBackendFactory), typeof(NodeAgent.Plugins.CephBackend.CephBackendFactory) })
        {
            var ours = plugin.Assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("NodeAgent", StringComparison.Ordinal));
            CollectionAssert.AreEqual(new[] { "NodeAgent.Contract" }, ours.ToArray());
        }
    }

    [TestMethod]
    public void Compiled_core_touches_neither_tasks_nor_files_nor_clocks()
    {
        var references = typeof(NodeAgent.Core.Replication.Retention).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        string[] banned = ["System.Net.", "System.IO.", "System.Threading.Tasks", "System.Diagnostics.Process", "Microsoft."];
        Assert.IsEmpty(references.Where(name => banned.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))));
    }

    [TestMethod]
    public void The_compiled_guard_refers_to_the_framework_only()
    {
        var ours = typeof(NodeAgent.Guard.Deciding.GuardState).Assembly.GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(ours, string.Join(", ", ours));
    }

    [TestMethod]
    public void Only_one_file_may_start_processes()
    {
        var callers = Repository.Sources("agent", "plugins").Where(file => File.ReadAllText(file).Contains("posix_spawn", StringComparison.Ordinal))
            .Select(Repository.Short).Where(path => !path.StartsWith("agent/Linux/", StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(callers, string.Join(", ", callers));
    }

    private static bool IsAllowed(string from, string to) => from.StartsWith("plugins/", StringComparison.Ordinal)
        ? to == "agent/Contract"
        : Allowed.TryGetValue(from, out var known) && (known.Contains("*") || known.Contains(to));

    private static IEnumerable<string> Projects() => new[] { "agent", "plugins", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories));

    private static string Folder(string project) => Repository.Short(Path.GetDirectoryName(project)!);

    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Select(element => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, element.Attribute("Include")!.Value)))
        .Select(path => Repository.Short(Path.GetDirectoryName(path)!));
}
