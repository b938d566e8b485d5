// A bot in grammY, a client of the Bot API that was written elsewhere. It
// greets, asks, marks what was pressed, shows a picture twice, and says on
// standard output how each refusal looks to a client.
//
//   node grammy.js GRAMMY API TOKEN polling|webhook
const assert = require("node:assert/strict");
const http = require("node:http");
const [grammy, apiRoot, token, mode] = process.argv.slice(2);
const { Bot, InlineKeyboard, InputFile, GrammyError, webhookCallback } = require(grammy);

const bot = new Bot(token, { client: { apiRoot } });
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");

// refused returns how a call is refused.
async function refused(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof GrammyError, String(error));
    return { code: error.error_code, description: error.description, retryAfter: error.parameters.retry_after ?? 0 };
  }
  return { code: 0, description: "", retryAfter: 0 };
}

bot.command("start", (ctx) => ctx.reply("Début : " + ctx.match, {
  entities: [{ type: "bold", offset: 0, length: 5 }],
  reply_markup: new InlineKeyboard().text("Oui é", "1.0").text("Non", "1.1"),
}));

bot.on("callback_query:data", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "Reçu " + ctx.callbackQuery.data });
  await ctx.editMessageText("Choisi : " + ctx.callbackQuery.data, {
    reply_markup: new InlineKeyboard().text("✔ Oui é", "1.0"),
  });
});

// A PNG of one pixel.
const pixel = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

bot.hears("image", async (ctx) => {
  const sent = await ctx.replyWithPhoto(new InputFile(pixel, "souris.png"), { caption: "Une souris é 🖱" });
  await ctx.replyWithPhoto(sent.photo.at(-1).file_id, { caption: "Encore" });
});

bot.hears("refus", async (ctx) => {
  const long = await refused(() => ctx.reply("é".repeat(4097)));
  const markup = await refused(() => ctx.reply("1 < 2", { parse_mode: "HTML" }));
  const data = await refused(() => ctx.reply("a", { reply_markup: new InlineKeyboard().text("a", "x".repeat(65)) }));
  const stranger = await refused(() => ctx.api.sendMessage(999, "a"));
  const old = await refused(() => ctx.api.answerCallbackQuery("12"));
  const sent = await ctx.reply("a");
  const same = await refused(() => ctx.api.editMessageText(ctx.chat.id, sent.message_id, "a"));
  say({ long, markup, data, stranger, old, same });
});

bot.hears("limite", async (ctx) => {
  say({ limit: await refused(() => ctx.reply("a")) });
  await ctx.reply("après la limite");
});

bot.on("message:text", (ctx) => ctx.reply("Vous avez écrit : " + ctx.message.text));
bot.on("message:voice", async (ctx) => ctx.reply("Écouté : " + (await ctx.getFile()).file_path.split("/")[0]));
bot.catch((error) => { throw error.error; });

async function main() {
  await bot.init();
  await bot.api.setMyCommands([{ command: "aide", description: "De l’aide" }], { language_code: "fr" });
  say({ commands: await bot.api.getMyCommands({ language_code: "fr" }), me: bot.botInfo.is_bot });
  if (mode === "polling") {
    await bot.start({ timeout: 20 });
    return;
  }
  const secret = "secret_1";
  const server = http.createServer(webhookCallback(bot, "http", { secretToken: secret }));
  server.listen(0, "127.0.0.1", () =>
    bot.api.setWebhook(`http://127.0.0.1:${server.address().port}/`, { secret_token: secret, max_connections: 1 }));
}

main().catch((error) => {
  process.stderr.write(String(error.stack ?? error) + "\n");
  process.exit(1);
});
