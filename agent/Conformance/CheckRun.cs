using NodeAgent.Conformance.Bench;
using NodeAgent.Conformance.Reports;
using NodeAgent.Contract;

namespace NodeAgent.Conformance;

/// <summary>Runs one check and says how it went.</summary>
internal sealed class CheckRun(ConformanceSubject subject, ConformanceOptions options, Check check, int number)
{
    private readonly long began = subject.Time.GetTimestamp();

    public async Task<CheckResult> RunAsync(Capabilities capabilities, CancellationToken cancellation)
    {
        if ((capabilities & check.Needs) != check.Needs)
        {
            return Result(Verdict.Skipped, $"needs {check.Needs & ~capabilities}, which the backend does not claim");
        }

        var bench = new TestBench(subject, options, number, cancellation);
        try
        {
            await check.RunAsync(bench).WaitAsync(options.CheckBudget, subject.Time, cancellation);
            return Result(Verdict.Passed, "");
        }
        catch (CheckSkippedException skipped)
        {
            return Result(Verdict.Skipped, skipped.Message);
        }
        catch (CheckFailedException failed)
        {
            return Result(Verdict.Failed, failed.Message);
        }
        catch (TimeoutException)
        {
            return Result(Verdict.Failed, $"it did not end within {options.CheckBudget}");
        }
        catch (Exception bug) when (!cancellation.IsCancellationRequested)
        {
            return Result(Verdict.Failed, $"it threw, where the contract wants a fault: {bug.GetType().Name}: {bug.Message}");
        }
        finally
        {
            await bench.DisposeAsync();
        }
    }

    private CheckResult Result(Verdict verdict, string detail) =>
        new(check.Id, check.Sentence, check.Needs, verdict, detail, subject.Time.GetElapsedTime(began));
}
