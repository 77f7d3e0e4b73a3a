using System.CommandLine;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Verbs;

try
{
    var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
    return await LabVerbs.Build().Parse(args).InvokeAsync(settings);
}
catch (LabFailure failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("stopped; `lab down` removes what is left");
    return 130;
}
