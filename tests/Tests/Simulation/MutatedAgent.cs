using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Simulation;

/// <summary>
/// The parts of the agent that the simulation drives, compiled with the simulation into one assembly of its own, from
/// source in which a mutation may have changed something. Loaded beside the real one, and unloaded again.
/// </summary>
internal static class MutatedAgent
{
    // Core's internals and the grants of the contract are open to this name.
    private const string AssemblyName = "NodeAgent.Core";
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.Extensions.Logging;
        """;

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest);

    private static readonly Lazy<IReadOnlyDictionary<string, SyntaxTree>> Trees = new(() => Files()
        .ToDictionary(file => Repository.Short(file), file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Options, file), StringComparer.Ordinal));

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
                    || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name.StartsWith("netstandard", StringComparison.Ordinal)
                    || name is "NodeAgent.Contract.dll" or "NodeAgent.Linux.dll" or "Microsoft.CSharp.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>The first broken promise among some seeds; null if none is.</summary>
    public static string? FirstBroken(Mutation mutation, long firstSeed, int seeds)
    {
        var context = new AssemblyLoadContext(mutation.Name, isCollectible: true);
        try
        {
            using var image = new MemoryStream(Compile(mutation));
            var runner = context.LoadFromStream(image).GetType("NodeAgent.Simulation.Running.Runner")!;
            return (string?)runner.InvokeMember("FirstBroken", BindingFlags.InvokeMethod | BindingFlags.Public | BindingFlags.Static, null, null, [firstSeed, seeds]);
        }
        finally
        {
            context.Unload();
        }
    }

    private static byte[] Compile(Mutation mutation)
    {
        var trees = new Dictionary<string, SyntaxTree>(Trees.Value, StringComparer.Ordinal);
        foreach (var (file, from, to) in mutation.Edits)
        {
            var path = Path.Combine("agent", file);
            var text = trees[path].ToString();
            Assert.Contains(from, text, $"the mutation '{mutation.Name}' has to follow a change of {path}");
            trees[path] = CSharpSyntaxTree.ParseText(text.Replace(from, to, StringComparison.Ordinal), Options, path);
        }

        var compilation = CSharpCompilation.Create(
            AssemblyName, [.. trees.Values, CSharpSyntaxTree.ParseText(Usings, Options)], References.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Take(10)));
        return image.ToArray();
    }

    private static IEnumerable<string> Files() => Repository.Sources("agent/Core", "agent/Daemon", "agent/Rehearsal", "tests/Simulation")
        .Where(file => IsDriven(Repository.Short(file)));

    private static bool IsDriven(string file) =>
        file.StartsWith("agent/Core/", StringComparison.Ordinal)
        || (file.StartsWith("tests/Simulation/", StringComparison.Ordinal) && !file.Contains("/Failover/", StringComparison.Ordinal) && !file.Contains("/Verbs/", StringComparison.Ordinal) && !file.EndsWith("/Program.cs", StringComparison.Ordinal))
        || (file.StartsWith("agent/Daemon/Replication/", StringComparison.Ordinal) && !file.Contains("/Wire/", StringComparison.Ordinal))
        || file.StartsWith("agent/Daemon/Operations/", StringComparison.Ordinal)
        || file.StartsWith("agent/Daemon/Units/", StringComparison.Ordinal)
        || file.StartsWith("agent/Daemon/Json/", StringComparison.Ordinal)
        || file is "agent/Rehearsal/Running/Draws.cs" or "agent/Rehearsal/Running/Purpose.cs"
        || file is "agent/Daemon/Status/StreamProgress.cs" or "agent/Daemon/Status/Spans.cs" or "agent/Daemon/Peers/Transport/PassThroughStream.cs";
}
