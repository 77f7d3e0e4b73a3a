using System.Globalization;
using System.Text.Json;
using NodeAgent.Bench.Benchmarks;

namespace NodeAgent.Bench.Running;

/// <summary>Runs the benchmarks that are asked for, one after the other, and tells their figures. Never fails because of a figure.</summary>
internal static class BenchRun
{
    private const int MostMinutes = 24 * 60;
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(90);
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static async Task<int> MainAsync(string[] arguments)
    {
        var names = new List<string>();
        string? file = null;
        var window = TimeSpan.FromMinutes(1);
        for (var at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] == "--json" && at + 1 < arguments.Length)
            {
                file = Path.GetFullPath(arguments[++at]);
            }
            else if (arguments[at] == "--minutes" && at + 1 < arguments.Length
                && double.TryParse(arguments[at + 1], CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and <= MostMinutes)
            {
                window = TimeSpan.FromMinutes(minutes);
                at++;
            }
            else
            {
                names.Add(arguments[at]);
            }
        }

        IReadOnlyList<IBenchmark> all =
            [new CommandRun(), new CommandStream(), new PeerStream(), new DirectoryReplication(), new AgentAtRest(), new ClusterAtRest(4), new ClusterAtRest(2), new StoreCas(), new CephOperations(), new GuardJitter(window)];
        if (names.FirstOrDefault(name => all.All(known => known.Name != name)) is { } unknown)
        {
            Console.Error.WriteLine($"error: there is no benchmark '{unknown}'");
            Console.Error.WriteLine(
                $"usage: ./dev bench [--json FILE] [--minutes N] [{string.Join('|', all.Select(known => known.Name))}]...\n"
                + $"       --minutes: how long the guard is watched under load (1, at most {MostMinutes})");
            return 2;
        }

        var figures = new List<Figure>();
        var isWhole = true;
        foreach (var benchmark in all.Where(known => names.Count == 0 || names.Contains(known.Name)))
        {
            var found = await RunAsync(benchmark, Slack + window);
            isWhole &= found is not null;
            figures.AddRange(found ?? []);
        }

        FigureTable.Print(figures, Console.Out);
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(figures, Json) + "\n");
        }

        return isWhole ? 0 : 1;
    }

    // Null: it broke off. What cannot run here has no figures, and nothing is wrong with it.
    private static async Task<IReadOnlyList<Figure>?> RunAsync(IBenchmark benchmark, TimeSpan limit)
    {
        Console.Error.WriteLine($"{benchmark.Name} ...");
        try
        {
            return await benchmark.RunAsync(line => Console.Error.WriteLine($"  {line}")).WaitAsync(limit);
        }
        catch (CannotRunException reason)
        {
            Console.Error.WriteLine($"  {benchmark.Name} cannot run here: {reason.Message}");
            return [];
        }
        catch (TimeoutException)
        {
            Console.Error.WriteLine($"  {benchmark.Name} gave no figures within {limit.TotalSeconds:0} s");
        }
        catch (Exception trouble)
        {
            Console.Error.WriteLine($"  {benchmark.Name} broke off: {trouble}");
        }

        return null;
    }
}
