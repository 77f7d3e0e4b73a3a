using System.Text.Json;
using NodeAgent.Bench.Benchmarks;

namespace NodeAgent.Bench.Running;

/// <summary>Runs the benchmarks that are asked for, one after the other, and tells their figures. Never fails because of a figure.</summary>
internal static class BenchRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private static IReadOnlyList<IBenchmark> All { get; } =
        [new CommandRun(), new CommandStream(), new PeerStream(), new DirectoryReplication(), new AgentAtRest(), new StoreCas(), new CephOperations(), new GuardJitter()];

    public static async Task<int> MainAsync(string[] arguments)
    {
        var names = new List<string>();
        string? file = null;
        for (var at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] == "--json" && at + 1 < arguments.Length)
            {
                file = Path.GetFullPath(arguments[++at]);
            }
            else
            {
                names.Add(arguments[at]);
            }
        }

        if (names.FirstOrDefault(name => All.All(known => known.Name != name)) is { } unknown)
        {
            Console.Error.WriteLine($"error: there is no benchmark '{unknown}'");
            Console.Error.WriteLine($"usage: ./dev bench [--json FILE] [{string.Join('|', All.Select(known => known.Name))}]...");
            return 2;
        }

        var figures = new List<Figure>();
        foreach (var benchmark in All.Where(known => names.Count == 0 || names.Contains(known.Name)))
        {
            figures.AddRange(await RunAsync(benchmark));
        }

        FigureTable.Print(figures, Console.Out);
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(figures, Json) + "\n");
        }

        return 0;
    }

    private static async Task<IReadOnlyList<Figure>> RunAsync(IBenchmark benchmark)
    {
        Console.Error.WriteLine($"{benchmark.Name} ...");
        try
        {
            return await benchmark.RunAsync(line => Console.Error.WriteLine($"  {line}")).WaitAsync(Limit);
        }
        catch (CannotRunException reason)
        {
            Console.Error.WriteLine($"  {benchmark.Name} cannot run here: {reason.Message}");
        }
        catch (TimeoutException)
        {
            Console.Error.WriteLine($"  {benchmark.Name} gave no figures within {Limit.TotalSeconds:0} s");
        }
        catch (Exception trouble)
        {
            Console.Error.WriteLine($"  {benchmark.Name} broke off: {trouble}");
        }

        return [];
    }
}
