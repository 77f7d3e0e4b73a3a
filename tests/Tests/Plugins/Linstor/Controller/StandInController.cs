using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>
/// A controller on loopback. What it is asked and what it answers is compared with the public description, field by field: what does
/// not keep it is refused as LINSTOR would, and told when the test ends.
/// </summary>
internal sealed class StandInController : IAsyncDisposable
{
    private readonly WebApplication app;

    private StandInController(WebApplication app, StandInWorld world, string scheme)
    {
        (this.app, World) = (app, world);
        app.Run(AnswerAsync);
        Scheme = scheme;
    }

    public StandInWorld World { get; }

    public string Scheme { get; }

    public string Address => $"{Scheme}://127.0.0.1:{new Uri(app.Urls.Single()).Port}";

    /// <summary>Method and path of every request.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What did not keep the description, on either side.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>The token it wants; null: none.</summary>
    public string? Token { get; set; }

    /// <summary>Before an answer goes out: true if the answer is swallowed and the connection breaks.</summary>
    public Func<string, bool>? Swallows { get; set; }

    /// <summary>Instead of answering: what it waits for, by request.</summary>
    public Func<string, Task>? Waits { get; set; }

    public static async Task<StandInController> StartAsync(StandInWorld? world = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _ = builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                _ = listen.UseHttps(certificate);
            }
        }));
        var standIn = new StandInController(builder.Build(), world ?? new StandInWorld(), certificate is null ? "http" : "https");
        await standIn.app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        // Not graceful: some tests leave requests hanging.
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
        lock (Asked)
        {
            Asked.Add(request);
        }

        if (Token is { } token && context.Request.Headers.Authorization != $"Bearer {token}")
        {
            context.Response.StatusCode = 401;
            return;
        }

        if (ApiCheck.Call(context.Request.Method, context.Request.Path) is not { } call)
        {
            Say($"LINSTOR has no call {request}");
            context.Response.StatusCode = 404;
            return;
        }

        using var body = await ReadAsync(context);
        var odd = call.Takes.Length == 0 ? body is null ? [] : ["takes no body"]
            : body is null ? ["takes a body"] : ApiCheck.Against(call.Takes, body.RootElement);
        if (odd.Count > 0)
        {
            Say($"{request}: {string.Join(", ", odd)}");
            await WriteAsync(context, 400, new JsonArray(new JsonObject { ["ret_code"] = unchecked((long)0xCFFFFFFFFFFFFFFD), ["message"] = "Unable to parse input json." }));
            return;
        }

        if (Waits is { } waits)
        {
            await waits(request);
        }

        var answer = World.Answer(context.Request.Method, Uri.UnescapeDataString(context.Request.Path), context.Request.Query, body?.RootElement ?? default);
        if (Swallows?.Invoke(request) ?? false)
        {
            context.Abort();
            return;
        }

        await CheckAndWriteAsync(context, request, call.Status, call.Gives, answer);
    }

    private async Task CheckAndWriteAsync(HttpContext context, string request, int status, string gives, JsonNode answer)
    {
        // As the server does it: the first error decides the status.
        var number = answer is JsonArray entries
            ? entries.OfType<JsonObject>().Select(entry => entry["ret_code"]?.GetValue<long>() ?? 0).Where(code => (ulong)code >> 62 == 3).Select(code => (int)(code & 0x7fff)).FirstOrDefault(-1)
            : -1;
        using var parsed = JsonDocument.Parse(answer.ToJsonString());
        Say(ApiCheck.Against(number < 0 ? gives : "[ApiCallRc]", parsed.RootElement).Select(odd => $"stand-in's own answer to {request}: {odd}"));
        await WriteAsync(context, number < 0 ? status : number switch { >= 300 and < 400 => 404, >= 400 and < 500 => 403, _ => 500 }, answer);
    }

    private static async Task<JsonDocument?> ReadAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        return copy.Length == 0 ? null : JsonDocument.Parse(copy.ToArray());
    }

    private static Task WriteAsync(HttpContext context, int status, JsonNode answer)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
        return context.Response.WriteAsync(answer.ToJsonString());
    }

    private void Say(params IEnumerable<string> odd)
    {
        lock (Wrong)
        {
            Wrong.AddRange(odd);
        }
    }
}
