using System.Text.Json;
using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The report: a table for people, a file for programs, an exit code for CI.</summary>
public static class Results
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static async Task<int> WriteAsync(IReadOnlyList<ScenarioResult> results, string? json)
    {
        if (json is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(json))!);
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(results, Layout) + "\n");
            Say.Line($"written: {json}");
        }

        Console.WriteLine($"{"SCENARIO",-24} {"RESULT",-8} {"SECONDS",8} {"ACKED",8} {"LOST",6} {"RTO s",7} {"RPO s",7} {"2ND WRITER",-10} NOTES");
        foreach (var result in results)
        {
            var first = (result.Notes ?? string.Empty).Split('\n')[0];
            Console.WriteLine(
                $"{result.Scenario,-24} {result.Verdict,-8} {result.Seconds,8:F1} {Show(result.Acknowledged),8} {Show(result.Lost),6} "
                + $"{Show(result.RtoSeconds),7} {Show(result.RpoSeconds),7} {Show(result.SecondWriter),-10} {first}");
        }

        var failed = results.Count(result => result.Passed == false);
        Console.WriteLine($"{results.Count(result => result.Passed == true)} passed, {failed} failed, {results.Count(result => result.Passed is null)} skipped");
        return failed == 0 ? 0 : 1;
    }

    private static string Show(object? value) => value switch
    {
        null => "-",
        true => "yes",
        false => "no",
        double number => $"{number:F1}",
        _ => $"{value}",
    };
}
